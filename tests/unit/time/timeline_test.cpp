#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/error.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trifle::stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

std::vector<std::string> local_points(const Bucketing& bucketing, const char* from, const char* to,
                                      const char* granularity) {
  std::vector<std::string> points;
  for (const Instant at : bucketing.timeline(Instant::parse(from), Instant::parse(to), Granularity(granularity)))
    points.push_back(bucketing.format(at));
  return points;
}

TEST(Timeline, includes_the_partial_week_of_new_year) {
  EXPECT_THAT(
      local_points(Bucketing(), "2026-12-22T00:00:00Z", "2027-01-05T00:00:00Z", "1w"),
      ElementsAre("2026-12-21T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-04T00:00:00Z"));
  EXPECT_THAT(local_points(Bucketing(), "2026-12-30T00:00:00Z", "2027-01-02T00:00:00Z", "1w"),
              ElementsAre("2026-12-28T00:00:00Z", "2027-01-01T00:00:00Z"));
}

TEST(Timeline, advances_over_a_missing_day) {
  EXPECT_THAT(local_points(Bucketing("Pacific/Apia"), "2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00", "1d"),
              ElementsAre("2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00"));
}

TEST(Timeline, includes_days_that_begin_in_a_repeated_midnight) {
  EXPECT_THAT(local_points(Bucketing("America/Havana"), "2025-11-01T12:00:00-04:00", "2025-11-03T12:00:00-05:00", "1d"),
              ElementsAre("2025-11-01T00:00:00-04:00", "2025-11-02T00:00:00-04:00", "2025-11-02T00:00:00-05:00",
                          "2025-11-03T00:00:00-05:00"));
}

// Every step advances and every minute's bucket is there, where clocks did what they could.
TEST(Timeline, ascends_and_holds_the_bucket_of_every_minute) {
  struct Place {
    const char* zone;
    const char* at;
  };
  for (const Place& place :
       {Place{"Pacific/Apia", "2011-12-30T10:00:00Z"}, Place{"America/Havana", "2025-11-02T05:00:00Z"},
        Place{"America/Toronto", "1919-03-31T04:30:00Z"}, Place{"Antarctica/Troll", "2025-10-26T01:00:00Z"},
        Place{"Asia/Pyongyang", "2018-05-04T15:00:00Z"}, Place{"Europe/Dublin", "2025-10-26T01:00:00Z"},
        Place{"Africa/Casablanca", "2024-03-10T02:00:00Z"}}) {
    const Bucketing bucketing(place.zone);
    for (const char* text : {"1m", "15m", "1h", "6h", "24h", "1d", "2d", "1w", "1mo", "1y"}) {
      const Granularity granularity(text);
      const Instant from = Instant::parse(place.at) - 30h;
      const Instant to = Instant::parse(place.at) + 30h;
      const std::vector<Instant> points = bucketing.timeline(from, to, granularity);
      EXPECT_EQ(std::adjacent_find(points.begin(), points.end(), std::greater_equal<>()), points.end())
          << place.zone << text;
      for (Instant at = from; at <= to; at = at + 1min) {
        const Instant bucket = bucketing.floor(at, granularity);
        EXPECT_TRUE(std::binary_search(points.begin(), points.end(), bucket)) << place.zone << " " << text << " " << at;
      }
    }
  }
}

TEST(Timeline, is_empty_where_from_is_later) {
  EXPECT_THAT(local_points(Bucketing(), "2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z", "1d"), IsEmpty());
  EXPECT_THAT(local_points(Bucketing(), "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "1d"),
              ElementsAre("2026-01-01T00:00:00Z"));
}

TEST(Timeline, refuses_more_than_max_points_at_once) {
  const Bucketing bucketing("Europe/Bratislava");
  const Instant from = Instant::parse("2026-01-01T00:00:00+01:00");
  EXPECT_EQ(bucketing.timeline(from, from + 23h, Granularity("1h"), 24).size(), 24u);
  EXPECT_THAT([&] { bucketing.timeline(from, from + 24h, Granularity("1h"), 24); },
              ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("max_points"), HasSubstr("24"), HasSubstr("1h"))));
  EXPECT_THROW(bucketing.timeline(from, from, Granularity("1h"), 0), InvalidArgument);
  // 315 billion seconds: making the first 100 billion of them would outlast the test and its memory.
  EXPECT_THROW(bucketing.timeline(Instant::parse("0001-02-01T00:00:00Z"), Instant::parse("9999-12-31T23:59:59Z"),
                                  Granularity("1s"), 100'000'000'000),
               InvalidArgument);
}

TEST(Timeline, reaches_the_end_of_time) {
  const auto points =
      Bucketing("Pacific/Kiritimati")
          .timeline(Instant::parse("9998-01-01T00:00:00Z"), Instant::parse("9999-12-31T23:59:59Z"), Granularity("1y"));
  EXPECT_EQ(points.size(), 3u);
  EXPECT_EQ(
      Bucketing()
          .timeline(Instant::parse("0001-01-01T00:00:00Z"), Instant::parse("9999-12-31T23:59:59Z"), Granularity("1y"))
          .size(),
      9999u);
  EXPECT_EQ(Bucketing()
                .timeline(Instant::parse("9999-01-01T00:00:00Z"), Instant::parse("9999-12-31T23:59:59Z"),
                          Granularity("999999999mo"))
                .size(),
            1u);
}

TEST(Timeline, a_year_of_minutes) {
  const Bucketing bucketing("Europe/Bratislava");
  const auto points = bucketing.timeline(Instant::parse("2026-01-01T00:00:00+01:00"),
                                         Instant::parse("2026-12-31T23:59:59+01:00"), Granularity("1m"));
  EXPECT_EQ(points.size(), 525'600u);
}

}  // namespace
}  // namespace trifle::stats
