// What every driver hands out: the rows of the range, and none beside.

#include <stdexcept>
#include <utility>

#include <gmock/gmock.h>

#include "contract/backends.hpp"
#include "contract/batches.hpp"

namespace trifle::stats::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class ReadContract : public DriverContract {};
INSTANTIATE_TEST_SUITE_P(Drivers, ReadContract, testing::ValuesIn(backends()), backend_name);

TEST_P(ReadContract, NothingIsAnEmptyAnswer) {
  const auto driver = open();
  EXPECT_THAT(read(*driver, "nobody", "1h", hours(kTen, 24)), IsEmpty());
  EXPECT_THAT(read(*driver, "nobody", "1h", {}), IsEmpty());
}

TEST_P(ReadContract, IncludesExactlyItsEnds) {
  const auto driver = open();
  std::vector<Change> changes;
  for (const auto at : hours(kTen, 10)) changes.push_back({.at = at, .increments = {{"n", at - kTen}}});
  write(*driver, changes);
  const auto found = read(*driver, "event::signup", "1h", hours(kTen + 2 * kHour, 4));
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_EQ(found.begin()->first, kTen + 2 * kHour);
  EXPECT_EQ(found.rbegin()->first, kTen + 5 * kHour);
}

TEST_P(ReadContract, ABucketThatIsNotAskedForIsNotRead) {
  const auto driver = open();
  std::vector<Change> changes;
  for (const auto at : hours(kTen, 10)) changes.push_back({.at = at, .increments = {{"n", 1}}});
  write(*driver, changes);
  const auto found = read(*driver, "event::signup", "1h", {kTen, kTen + 3 * kHour, kTen + 9 * kHour});
  EXPECT_THAT(found, SizeIs(3));
  EXPECT_TRUE(found.contains(kTen + 3 * kHour));
}

TEST_P(ReadContract, OtherSeriesAreNeverRead) {
  const auto driver = open();
  // Neighbours in every order that a joined key can have.
  const auto ten = std::to_string(kTen);
  for (const auto& key :
       {"event::signu", "event::signupx", "event::signup::1h", "event", "EVENT::SIGNUP", "event::signup "})
    write(*driver, {{.key = key, .increments = {{"wrong", 1}}}});
  write(*driver, {{.key = "event::signup::1h::" + ten, .increments = {{"wrong", 1}}}});
  for (const auto& granularity : {"1d", "1m", "11h", "1hh", "1"})
    write(*driver, {{.granularity = granularity, .increments = {{"wrong", 1}}}});
  write(*driver, {{.increments = {{"right", 1}}}});
  const auto found = read(*driver, "event::signup", "1h", hours(kTen - 48 * kHour, 96));
  EXPECT_EQ(found, (Found{{kTen, {{"right", 1}}}}));
}

TEST_P(ReadContract, ReadsManyPoints) {
  const auto driver = open();
  constexpr std::size_t kPoints = 12'000;
  std::vector<Change> changes;
  const auto buckets = hours(kTen, kPoints);
  for (const auto at : buckets) {
    changes.push_back({.at = at, .increments = {{"n", (at - kTen) / kHour}}});
    if (changes.size() == 1'000) write(*driver, std::exchange(changes, {}));
  }
  const auto found = read(*driver, "event::signup", "1h", buckets);
  ASSERT_THAT(found, SizeIs(kPoints));
  EXPECT_EQ(found.rbegin()->second, (Values{{"n", kPoints - 1}}));
}

TEST_P(ReadContract, ReadsOverTheTurnOfTheEpochAndOfTheDigits) {
  const auto driver = open();
  for (const std::int64_t start : {std::int64_t{-20}, std::int64_t{999'999'980}, std::int64_t{9'999'999'980}}) {
    std::vector<std::int64_t> buckets;
    std::vector<Change> changes;
    for (std::int64_t at = start; at < start + 40; at += 2) {
      buckets.push_back(at);
      changes.push_back({.granularity = "2s", .at = at, .increments = {{"n", at}}});
    }
    write(*driver, changes);
    const auto found = read(*driver, "event::signup", "2s", buckets);
    ASSERT_THAT(found, SizeIs(20)) << start;
    for (const auto at : buckets) EXPECT_EQ(found.at(at), (Values{{"n", at}}));
  }
}

class FailingSink : public Collector {
 public:
  void json(std::int64_t, std::string_view) override { throw CorruptData("no row pleases this sink"); }
  void fields(std::int64_t, std::span<const detail::Field>) override { throw CorruptData("no row pleases this sink"); }
};

TEST_P(ReadContract, WhatASinkThrowsPassesThroughAndHarmsNothing) {
  const auto driver = open();
  write(*driver, {{.increments = {{"n", 1}}}, {.at = kTen + kHour, .increments = {{"n", 1}}}});
  const auto buckets = hours(kTen, 2);
  for (int i = 0; i < 10; ++i) {
    FailingSink sink;
    EXPECT_THROW(driver->read({.key = "event::signup", .granularity = "1h", .buckets = buckets}, sink), CorruptData);
  }
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

}  // namespace
}  // namespace trifle::stats::test
