// How every driver applies a batch: exactly, merged with what is stored, all of it or nothing.

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "contract/backends.hpp"
#include "contract/batches.hpp"

namespace trifle::stats::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

class WriteContract : public DriverContract {};
INSTANTIATE_TEST_SUITE_P(Drivers, WriteContract, testing::ValuesIn(backends()), backend_name);

TEST_P(WriteContract, AddsToWhatIsStored) {
  const auto driver = open();
  write(*driver, {{.increments = {{"count", 1}, {"country.us", 2}}}});
  write(*driver, {{.increments = {{"count", 41}, {"country.de", -3}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"count", 42}, {"country.us", 2}, {"country.de", -3}}));
}

TEST_P(WriteContract, KeepsIntegersExact) {
  const auto driver = open();
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  write(*driver,
        {{.increments = {{"big", odd}, {"edge", kMax - 1}, {"low", std::numeric_limits<std::int64_t>::min()}}}});
  write(*driver, {{.increments = {{"big", odd}, {"edge", 1}, {"low", 0}}}});
  const auto row = read_one(*driver);
  EXPECT_EQ(row.at("big"), Number(2 * odd));
  EXPECT_TRUE(row.at("big").is_integer());
  EXPECT_EQ(row.at("edge"), Number(kMax));
  EXPECT_TRUE(row.at("edge").is_integer());
  EXPECT_EQ(row.at("low"), Number(std::numeric_limits<std::int64_t>::min()));
}

TEST_P(WriteContract, GoesOnAsDoublePast64Bits) {
  const auto driver = open();
  write(*driver, {{.increments = {{"edge", kMax}}}});
  write(*driver, {{.increments = {{"edge", 1}}}});
  EXPECT_EQ(read_one(*driver).at("edge"), Number(9223372036854775808.0));
}

TEST_P(WriteContract, KeepsFractionsToTheLastBit) {
  const auto driver = open();
  for (int i = 0; i < 3; ++i)
    write(*driver, {{.increments = {{"tenth", 0.1}, {"mixed", i == 1 ? Number(0.5) : Number(1)}}}});
  const auto row = read_one(*driver);
  EXPECT_EQ(row.at("tenth"), Number(0.1 + 0.1 + 0.1));
  EXPECT_EQ(row.at("mixed"), Number(2.5));
}

TEST_P(WriteContract, SetsReplaceTheirPathOnly) {
  const auto driver = open();
  write(*driver, {{.increments = {{"a", 5}, {"b", 7}}}});
  write(*driver, {{.sets = {{"a", 1.5}, {"c", 9}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"a", 1.5}, {"b", 7}, {"c", 9}}));
}

TEST_P(WriteContract, OneRowMayBothAddAndSet) {
  const auto driver = open();
  for (int i = 0; i < 2; ++i) write(*driver, {{.increments = {{"hits", 2}}, .sets = {{"level", 10 + i}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"hits", 4}, {"level", 11}}));
}

TEST_P(WriteContract, AppliesEveryRowOfABatch) {
  const auto driver = open();
  std::vector<Change> changes;
  for (int i = 0; i < 500; ++i) changes.push_back({.at = kTen + i * kHour, .increments = {{"n", i}}});
  write(*driver, changes);
  // Half of them are known now, every other is new.
  for (auto& change : changes) change.at += kHour / 2 * (change.at / kHour % 2);
  write(*driver, changes);
  const auto found = read(*driver, "event::signup", "1h", hours(kTen, 500));
  ASSERT_THAT(found, SizeIs(500));
  for (int i = 0; i < 500; ++i) {
    const auto at = kTen + i * kHour;
    EXPECT_EQ(found.at(at).at("n"), Number(at / kHour % 2 == 0 ? 2 * i : i)) << i;
  }
}

TEST_P(WriteContract, AnEmptyBatchIsNothing) {
  const auto driver = open();
  driver->write(detail::Rows());
  EXPECT_THAT(read_one(*driver), IsEmpty());
}

TEST_P(WriteContract, NamesEveryRowThatNoRetryCuresAndAppliesNothingElseUntold) {
  const auto driver = open();
  const double huge = 1.7e308;
  write(*driver,
        {{.at = kTen, .increments = {{"v", huge}, {"n", 1}}}, {.at = kTen + kHour, .increments = {{"v", huge}}}});
  const std::vector<Change> batch = {{.at = kTen, .increments = {{"v", huge}}},
                                     {.at = kTen + kHour, .increments = {{"v", huge}}},
                                     {.at = kTen + 2 * kHour, .increments = {{"v", huge}}},
                                     {.key = "another", .increments = {{"n", 1}}},
                                     {.key = "yet another", .increments = {{"n", INFINITY}}}};
  const auto error = error_of([&] { write(*driver, batch); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::Storage);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_FALSE(error->retry_is_safe());
  EXPECT_EQ(error->backend(), driver->traits().backend);
  std::vector<std::pair<std::string, std::int64_t>> named;
  std::vector<std::string> written;
  for (const auto& row : error->rows()) {
    EXPECT_EQ(row.granularity, "1h");
    if (row.outcome == Outcome::Applied && GetParam().atomicity == Atomicity::Row) {
      written.push_back(row.key + std::to_string(row.at.unix_seconds()));
      continue;
    }
    named.emplace_back(row.key, row.at.unix_seconds());
    EXPECT_EQ(row.outcome, Outcome::NotApplied);
    EXPECT_FALSE(row.retry_is_safe);
    EXPECT_FALSE(row.reason.empty());
  }
  EXPECT_THAT(named, testing::UnorderedElementsAre(testing::Pair("event::signup", kTen),
                                                   testing::Pair("event::signup", kTen + kHour),
                                                   testing::Pair("yet another", kTen)));
  EXPECT_EQ(read_one(*driver), (Values{{"v", huge}, {"n", 1}}));
  // The rest goes through without them, on the same driver.
  std::vector<Change> rest;
  for (const auto& change : {batch[2], batch[3]}) {
    if (testing::Value(written, testing::Contains(change.key + std::to_string(change.at)))) continue;
    EXPECT_THAT(read_one(*driver, change.key, "1h", change.at), IsEmpty());
    rest.push_back(change);
  }
  EXPECT_TRUE(GetParam().atomicity == Atomicity::Row || rest.size() == 2);
  write(*driver, rest);
  EXPECT_EQ(read_one(*driver, "another"), (Values{{"n", 1}}));
  EXPECT_EQ(read_one(*driver, "event::signup", "1h", kTen + 2 * kHour), (Values{{"v", huge}}));
}

TEST_P(WriteContract, ABatchSentTwiceIsAppliedOnceWhereThereIsALedger) {
  const auto driver = open();
  const auto rows = rows_of(driver->layout(), {{.increments = {{"n", 1}}}});
  driver->write(rows);
  driver->write(rows);
  EXPECT_EQ(read_one(*driver), (Values{{"n", driver->traits().ledger ? 1 : 2}}));
}

TEST_P(WriteContract, ThePastIsAsGoodAsThePresent) {
  const auto driver = open();
  const std::vector<std::int64_t> buckets = {-62'135'596'800, -86'400,       -3'600,         -1, 0, 1,
                                             999'999'999,     1'000'000'000, 253'402'297'200};
  std::vector<Change> changes;
  for (const auto at : buckets) changes.push_back({.at = at, .increments = {{"n", at % 1000}}});
  write(*driver, changes);
  const auto found = read(*driver, "event::signup", "1h", buckets);
  ASSERT_THAT(found, SizeIs(buckets.size()));
  for (const auto at : buckets) EXPECT_EQ(found.at(at), (Values{{"n", at % 1000}})) << at;
}

}  // namespace
}  // namespace trifle::stats::test
