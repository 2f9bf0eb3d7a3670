// Setup and statuses: the same in every driver and identity.

#include <gmock/gmock.h>

#include "contract/backends.hpp"
#include "contract/batches.hpp"
#include "values/status_text.hpp"

namespace trifle::stats::test {
namespace {

using testing::IsEmpty;

class SetupContract : public DriverContract {};
INSTANTIATE_TEST_SUITE_P(Drivers, SetupContract, testing::ValuesIn(backends()), backend_name);

TEST_P(SetupContract, CanBeRunAgainAndAgain) {
  const auto driver = GetParam().make(folder_, {});
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  const auto again = driver->setup(Setup::Create);
  EXPECT_THAT(again.created, IsEmpty());
  EXPECT_TRUE(again.ok());
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_P(SetupContract, CheckFindsNothingToSayAfterSetup) {
  const auto driver = open();
  const auto report = driver->setup(Setup::Check);
  EXPECT_THAT(report.missing, IsEmpty());
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_THAT(report.created, IsEmpty());
}

TEST_P(SetupContract, TellsItsIdentityAndPromises) {
  const auto driver = open();
  EXPECT_EQ(driver->traits().identity, GetParam().identity);
  EXPECT_EQ(driver->layout().identity, GetParam().identity);
  EXPECT_EQ(driver->traits().atomicity, GetParam().atomicity);
  EXPECT_TRUE(driver->traits().exact_integers);
}

/// Some databases keep JSON taken apart, and put it together in a way of their own.
StatusValues values_of(const detail::StoredStatus& status) {
  StatusValues values;
  EXPECT_FALSE(detail::unpack_status(status.json, values)) << status.json;
  return values;
}

TEST_P(SetupContract, AStatusIsReplacedAsAWhole) {
  const auto driver = open();
  EXPECT_EQ(driver->scan("worker"), std::nullopt);
  driver->beam("worker", {.at = kTen + 5, .json = R"({"data.a":1,"at":1})"});
  driver->beam("worker", {.at = kTen + 7, .json = R"({"at":2,"data.b":2})"});
  driver->beam("Worker", {.at = -5, .json = R"({"data.c":3})"});
  const auto status = driver->scan("worker");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->at, kTen + 7);
  EXPECT_EQ(values_of(*status), (StatusValues{{"b", 2}}));
  EXPECT_EQ(driver->scan("Worker")->at, -5);
  EXPECT_EQ(driver->scan("worker "), std::nullopt);
}

TEST_P(SetupContract, StatusesOfHostileKeys) {
  const auto driver = open();
  const std::vector<std::string> keys = {"a'b", "a\"b", "a\\", "\xC3\xBC", "'; DROP TABLE trifle_stats_ping; --", " "};
  for (std::size_t i = 0; i < keys.size(); ++i)
    driver->beam(keys[i], {.at = static_cast<std::int64_t>(i), .json = R"({"data.x":")" + std::to_string(i) + "\"}"});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto status = driver->scan(keys[i]);
    ASSERT_TRUE(status) << keys[i];
    EXPECT_EQ(status->at, static_cast<std::int64_t>(i));
  }
}

TEST_P(SetupContract, AStatusIsNoRowAndARowNoStatus) {
  const auto driver = open();
  driver->beam("event::signup", {.at = kTen, .json = R"({"data.a":1})"});
  EXPECT_THAT(read_one(*driver), IsEmpty());
  write(*driver, {{.key = "rows only", .increments = {{"n", 1}}}});
  EXPECT_EQ(driver->scan("rows only"), std::nullopt);
}

}  // namespace
}  // namespace trifle::stats::test
