#include "read/read_keys.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "fake_row_driver.hpp"

namespace {

using namespace trifle::stats;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kTen = 1784109600;  // 2026-07-15T10:00:00Z
constexpr std::int64_t kHour = 3600;

std::vector<KeyCount> read(FakeRowDriver& driver) {
  return detail::read_keys(driver, Granularity("1h"), Instant::from_unix(kTen), Instant::from_unix(kTen + 2 * kHour),
                           Bucketing(), 100);
}

TEST(ReadKeys, SumsTheSystemRowsOfTheRange) {
  FakeRowDriver driver({{kTen, R"({"count":4,"keys.event::signup":3,"keys.gauge":1})"},
                        {kTen + 2 * kHour, R"({"count":3,"keys.event::signup":2,"keys.__untracked__":1})"}});
  EXPECT_THAT(read(driver),
              ElementsAre(KeyCount{"__untracked__", 1}, KeyCount{"event::signup", 5}, KeyCount{"gauge", 1}));
  EXPECT_EQ(driver.key, "__system__key__");
  EXPECT_EQ(driver.granularity, "1h");
}

TEST(ReadKeys, JoinsTheOlderNestedFormWithOurs) {
  FakeRowDriver driver({{kTen, R"({"count":2,"keys.service.latency":1,"keys":{"service":{"latency":1}}})"},
                        {kTen + kHour, R"({"count":1,"keys.service%2Elatency":1})"}});
  EXPECT_THAT(read(driver), ElementsAre(KeyCount{"service.latency", 3}));
}

TEST(ReadKeys, DecodesHostileKeys) {
  FakeRowDriver driver({{kTen, R"({"keys.a%22b%5Cc":1,"keys.%24x%2A":2,"keys.100%25":3,"keys..a":4,"keys.":5})"}});
  EXPECT_THAT(read(driver), ElementsAre(KeyCount{"", 5}, KeyCount{"$x*", 2}, KeyCount{".a", 4}, KeyCount{"100%", 3},
                                        KeyCount{"a\"b\\c", 1}));
}

TEST(ReadKeys, CountsAreWhole) {
  FakeRowDriver driver({{kTen, R"({"keys.a":3.0,"keys.b":"4","keys.c":2.5,"keys.d":1e300,"keys.e":-1e300})"}});
  EXPECT_THAT(read(driver), ElementsAre(KeyCount{"a", 3}, KeyCount{"b", 4}, KeyCount{"c", 2}, KeyCount{"d", INT64_MAX},
                                        KeyCount{"e", INT64_MIN}));
}

TEST(ReadKeys, NothingTrackedIsNoKeys) {
  FakeRowDriver driver({{kTen, R"({"count":1,"keys":7,"keyser":1})"}});
  EXPECT_THAT(read(driver), IsEmpty());
}

TEST(ReadKeys, ABrokenRowIsNamed) {
  FakeRowDriver driver({{kTen, "{"}});
  try {
    read(driver);
    FAIL() << "no error";
  } catch (const CorruptData& error) {
    EXPECT_EQ(error.operation(), "keys");
    EXPECT_THAT(error.what(), HasSubstr("key __system__key__, granularity 1h, bucket 2026-07-15T10:00:00Z"));
  }
}

}  // namespace
