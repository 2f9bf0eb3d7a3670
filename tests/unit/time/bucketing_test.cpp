#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/error.hpp>

#include <atomic>
#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trifle::stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Unit = Granularity::Unit;

std::string floored(const Bucketing& bucketing, const char* at, const char* granularity) {
  return bucketing.format(bucketing.floor(Instant::parse(at), Granularity(granularity)));
}

TEST(Bucketing, floors_by_the_clock_of_the_zone) {
  const Bucketing bratislava("Europe/Bratislava");
  EXPECT_EQ(floored(bratislava, "2026-07-15T10:37:45.9Z", "1s"), "2026-07-15T12:37:45+02:00");
  EXPECT_EQ(floored(bratislava, "2026-07-15T10:37:45Z", "90m"), "2026-07-15T12:00:00+02:00");
  EXPECT_EQ(floored(bratislava, "2026-07-15T22:30:00Z", "1d"), "2026-07-16T00:00:00+02:00");
  EXPECT_EQ(floored(bratislava, "2026-07-15T10:37:45Z", "1w"), "2026-07-13T00:00:00+02:00");
  EXPECT_EQ(floored(bratislava, "2026-07-15T10:37:45Z", "1y"), "2026-01-01T00:00:00+01:00");
  EXPECT_EQ(floored(bratislava, "2026-10-25T22:30:00Z", "24h"), "2026-10-25T23:00:00+01:00");
  EXPECT_EQ(floored(Bucketing("Europe/Bratislava", std::chrono::Sunday), "2026-07-15T10:37:45Z", "1w"),
            "2026-07-12T00:00:00+02:00");
  EXPECT_EQ(floored(Bucketing("America/Sao_Paulo"), "2018-11-04T12:00:00Z", "1d"), "2018-11-04T01:00:00-02:00");
}

TEST(Bucketing, a_bucket_before_year_1_is_refused) {
  const Bucketing gmt;
  EXPECT_EQ(floored(gmt, "0001-06-01T00:00:00Z", "1y"), "0001-01-01T00:00:00Z");
  EXPECT_THAT(
      [&] { gmt.floor(Instant::parse("0999-06-01T00:00:00Z"), Granularity("1000y")); },
      ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("0999-06-01"), HasSubstr("1000y"), HasSubstr("years 1 to 9999"))));
  EXPECT_EQ(floored(gmt, "1000-06-01T00:00:00Z", "1000y"), "1000-01-01T00:00:00Z");
  const Bucketing west("America/New_York");
  EXPECT_THROW(west.floor(Instant::parse("0001-01-01T01:00:00Z"), Granularity("1d")), InvalidArgument);
  EXPECT_NO_THROW(west.floor(Instant::parse("0001-01-01T01:00:00Z"), Granularity("1s")));
  const Bucketing east("Pacific/Kiritimati");
  EXPECT_EQ(east.floor(Instant::parse("9999-12-31T23:00:00Z"), Granularity("1y")),
            Instant::parse("9999-12-31T10:00:00Z"));
}

TEST(Bucketing, the_largest_counts_give_the_anchor) {
  const Bucketing gmt;
  for (const char* granularity : {"999999999d", "999999999w", "999999999mo", "999999999q"})
    EXPECT_EQ(floored(gmt, "2025-09-03T10:37:45Z", granularity).substr(0, 4), "2025") << granularity;
  EXPECT_EQ(floored(gmt, "2025-09-03T10:37:45Z", "999999999s"), "2025-09-03T10:37:00Z");
  EXPECT_EQ(floored(gmt, "2025-09-03T10:37:45Z", "999999999m"), "2025-09-03T10:00:00Z");
  EXPECT_EQ(floored(gmt, "2025-09-03T10:37:45Z", "999999999h"), "2025-09-03T00:00:00Z");
}

// Toronto's clock jumped over midnight in 1919, from 23:30 to 00:30: the day starts at "01:00", later than its first
// half hour.
TEST(Bucketing, a_midnight_inside_a_gap) {
  const Bucketing toronto("America/Toronto");
  EXPECT_EQ(floored(toronto, "1919-03-31T04:40:00Z", "1d"), "1919-03-31T01:00:00-04:00");
  EXPECT_EQ(toronto.format(toronto.start_of(std::chrono::year(1919) / 3 / 31)), "1919-03-31T00:30:00-04:00");
  const auto points = toronto.timeline(Instant::parse("1919-03-30T12:00:00Z"), Instant::parse("1919-04-01T12:00:00Z"),
                                       Granularity("1d"));
  EXPECT_EQ(points.size(), 3u);
}

TEST(Bucketing, days_start_at_their_first_instant) {
  EXPECT_EQ(Bucketing("Europe/Bratislava").start_of(std::chrono::year(2026) / 7 / 15),
            Instant::parse("2026-07-15T00:00:00+02:00"));
  EXPECT_EQ(Bucketing("America/Havana").start_of(std::chrono::year(2025) / 11 / 2),
            Instant::parse("2025-11-02T00:00:00-04:00"));
  EXPECT_EQ(Bucketing("America/Sao_Paulo").start_of(std::chrono::year(2018) / 11 / 4),
            Instant::parse("2018-11-04T01:00:00-02:00"));
  EXPECT_EQ(Bucketing("Pacific/Apia").start_of(std::chrono::year(2011) / 12 / 30),
            Instant::parse("2011-12-31T00:00:00+14:00"));
  const Bucketing gmt;
  EXPECT_THROW(gmt.start_of(std::chrono::year(2026) / 2 / 30), InvalidArgument);
  EXPECT_THROW(gmt.start_of(std::chrono::year(0) / 12 / 31), InvalidArgument);
  EXPECT_THROW(gmt.start_of(std::chrono::year(10000) / 1 / 1), InvalidArgument);
  EXPECT_THROW(gmt.start_of(std::chrono::year(-32767) / 1 / 1), InvalidArgument);
}

TEST(Bucketing, adds_calendar_units_and_keeps_the_fraction) {
  const Bucketing bratislava("Europe/Bratislava");
  const auto moved = [&](const char* at, int count, Unit unit) {
    return bratislava.format(bratislava.add(Instant::parse(at), count, unit));
  };
  EXPECT_EQ(moved("2026-01-31T00:00:00.25+01:00", 1, Unit::Month), "2026-02-28T00:00:00.25+01:00");
  EXPECT_EQ(moved("2024-02-29T00:00:00+01:00", 1, Unit::Year), "2025-02-28T00:00:00+01:00");
  EXPECT_EQ(moved("2026-03-28T02:30:00+01:00", 1, Unit::Day), "2026-03-29T03:30:00+02:00");
  EXPECT_EQ(moved("2026-03-28T02:30:00+01:00", 24, Unit::Hour), "2026-03-29T03:30:00+02:00");
  EXPECT_EQ(moved("1969-12-31T23:59:59.75Z", 1, Unit::Second), "1970-01-01T01:00:00.75+01:00");
  for (const Unit unit :
       {Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year})
    for (const int count : {std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
      if (unit == Unit::Second) {
        EXPECT_NO_THROW(bratislava.add(Instant::from_unix(0), count, unit));
      } else if (unit != Unit::Minute || count < 0) {
        EXPECT_THROW(bratislava.add(Instant::from_unix(unit == Unit::Minute ? -62'000'000'000 : 0), count, unit),
                     InvalidArgument);
      }
    }
}

TEST(Bucketing, formats_so_that_it_reads_back) {
  const Bucketing amsterdam("Europe/Amsterdam");
  const Bucketing kolkata("Asia/Kolkata");
  const Bucketing york("America/New_York");
  EXPECT_EQ(kolkata.format(Instant::parse("2026-07-15T00:00:00.5Z")), "2026-07-15T05:30:00.5+05:30");
  EXPECT_EQ(Bucketing().format(Instant()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(york.format(Instant::parse("0001-01-01T00:00:00Z")), "0001-01-01T00:00:00Z");
  EXPECT_EQ(kolkata.format(Instant::parse("9999-12-31T23:00:00Z")), "9999-12-31T23:00:00Z");
  for (const Bucketing& bucketing : {amsterdam, kolkata, york})
    for (const char* at :
         {"0001-01-01T00:00:00Z", "1800-01-01T00:00:13Z", "1900-06-05T04:03:02.1Z", "9999-12-31T23:59:59.999999Z"})
      EXPECT_EQ(Instant::parse(bucketing.format(Instant::parse(at))), Instant::parse(at))
          << bucketing.format(Instant::parse(at));
}

TEST(Bucketing, a_weekday_must_be_one) {
  EXPECT_THAT([] { Bucketing("UTC", std::chrono::weekday(8)); },
              ThrowsMessage<InvalidArgument>(HasSubstr("week_start")));
  EXPECT_EQ(Bucketing("UTC", std::chrono::Sunday).week_start(), std::chrono::Sunday);
}

TEST(Bucketing, is_shared_by_threads) {
  const Bucketing shared("America/St_Johns");
  const Granularity day("1d");
  const Instant expected = shared.floor(Instant::from_unix(1'784'111'865), day);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      const Bucketing copy = shared;
      for (int round = 0; round < 50; ++round) {
        if (shared.floor(Instant::from_unix(1'784'111'865), day) != expected) ++wrong;
        if (copy.timeline(expected, expected + 48h, day).size() != 3) ++wrong;
        if (Bucketing("America/St_Johns").utc_offset(expected) != shared.utc_offset(expected)) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace trifle::stats
