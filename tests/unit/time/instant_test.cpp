#include <trifle/stats/error.hpp>
#include <trifle/stats/instant.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trifle::stats {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_time;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int64_t kFirst = -62'135'596'800;
constexpr std::int64_t kLast = 253'402'300'799;

TEST(Instant, is_made_from_any_time_point_and_floors_finer_parts) {
  EXPECT_EQ(Instant(std::chrono::sys_days(std::chrono::January / 2 / 1970)).unix_seconds(), 86'400);
  EXPECT_EQ(Instant(sys_time<std::chrono::milliseconds>(-1ms)).unix_micros(), -1'000);
  EXPECT_EQ(Instant(sys_time<std::chrono::milliseconds>(-1ms)).unix_seconds(), -1);
  EXPECT_EQ(Instant(sys_time<std::chrono::nanoseconds>(-1ns)).unix_micros(), -1);
  EXPECT_EQ(Instant(sys_time<std::chrono::nanoseconds>(1'999ns)).unix_micros(), 1);
  EXPECT_EQ(Instant(sys_time<std::chrono::duration<double>>(std::chrono::duration<double>(1.5))).unix_micros(),
            1'500'000);
  EXPECT_EQ(Instant(sys_time<std::chrono::weeks>(std::chrono::weeks(-1))).unix_seconds(), -604'800);
  EXPECT_EQ(Instant().unix_micros(), 0);
  const std::chrono::sys_seconds back = Instant(sys_time<std::chrono::milliseconds>(-1ms));
  EXPECT_EQ(back.time_since_epoch(), -1s);
}

TEST(Instant, spans_the_years_1_to_9999) {
  EXPECT_EQ(Instant::from_unix(kFirst).to_string(), "0001-01-01T00:00:00Z");
  EXPECT_EQ(Instant::from_unix(kLast).to_string(), "9999-12-31T23:59:59Z");
  EXPECT_THROW(Instant::from_unix(kFirst - 1), InvalidArgument);
  EXPECT_THROW(Instant::from_unix(kLast + 1), InvalidArgument);

  using Millis = std::chrono::milliseconds;
  EXPECT_EQ(Instant(sys_time<Millis>(Millis(kLast * 1000 + 999))).to_string(), "9999-12-31T23:59:59.999Z");
  EXPECT_THROW(Instant(sys_time<Millis>(Millis((kLast + 1) * 1000))), InvalidArgument);
  EXPECT_THROW(Instant(sys_time<Millis>(Millis(kFirst * 1000 - 1))), InvalidArgument);
  using Micros = std::chrono::microseconds;
  EXPECT_EQ(Instant(sys_time<Micros>(Micros((kLast + 1) * 1'000'000 - 1))).to_string(), "9999-12-31T23:59:59.999999Z");
  EXPECT_THROW(Instant(sys_time<Micros>(Micros((kLast + 1) * 1'000'000))), InvalidArgument);
  EXPECT_THROW(Instant(sys_time<Micros>(Micros(kFirst * 1'000'000 - 1))), InvalidArgument);

  for (const std::int64_t far : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_THROW(Instant(sys_time<std::chrono::seconds>(std::chrono::seconds(far))), InvalidArgument);
    EXPECT_THROW(Instant(sys_time<Millis>(Millis(far))), InvalidArgument);
    EXPECT_THROW(Instant(sys_time<Micros>(Micros(far))), InvalidArgument);
    EXPECT_NO_THROW(Instant(sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(far))));
    using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;
    EXPECT_THROW(Instant{sys_time<Days>(Days(far))}, InvalidArgument);
  }
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Instant(sys_time<std::chrono::duration<double>>(std::chrono::duration<double>(nan))), InvalidArgument);
}

TEST(Instant, is_moved_by_a_duration_within_its_years) {
  EXPECT_EQ((Instant() + 1500ms).to_string(), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ((Instant() - 1us).to_string(), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(Instant::from_unix(10) - Instant::from_unix(4), 6s);
  EXPECT_EQ(Instant::from_unix(kFirst) + std::chrono::seconds(kLast - kFirst), Instant::from_unix(kLast));
  EXPECT_THROW(Instant::from_unix(kLast) + 1s, InvalidArgument);
  EXPECT_THROW(Instant::from_unix(kFirst) - 1us, InvalidArgument);
  for (const std::int64_t seconds : {kFirst, std::int64_t{0}, kLast}) {
    EXPECT_THROW(Instant::from_unix(seconds) + std::chrono::microseconds::max(), InvalidArgument);
    EXPECT_THROW(Instant::from_unix(seconds) - std::chrono::microseconds::max(), InvalidArgument);
    EXPECT_THROW(Instant::from_unix(seconds) + std::chrono::microseconds::min(), InvalidArgument);
    EXPECT_THROW(Instant::from_unix(seconds) - std::chrono::microseconds::min(), InvalidArgument);
  }
}

TEST(Instant, reads_rfc_3339) {
  EXPECT_EQ(Instant::parse("2026-07-15T10:37:45Z").unix_seconds(), 1'784'111'865);
  EXPECT_EQ(Instant::parse("2026-07-15T12:37:45+02:00").unix_seconds(), 1'784'111'865);
  EXPECT_EQ(Instant::parse("2026-07-15 05:07:45-05:30").unix_seconds(), 1'784'111'865);
  EXPECT_EQ(Instant::parse("2026-07-15t10:37:45z").unix_seconds(), 1'784'111'865);
  EXPECT_EQ(Instant::parse("2026-07-15T10:37:45-00:00").unix_seconds(), 1'784'111'865);
  EXPECT_EQ(Instant::parse("1970-01-01T00:00:00.5Z").unix_micros(), 500'000);
  EXPECT_EQ(Instant::parse("1970-01-01T00:00:00.123456789Z").unix_micros(), 123'456);
  EXPECT_EQ(Instant::parse("1969-12-31T23:59:59.9999999999999999999999Z").unix_micros(), -1);
  EXPECT_EQ(Instant::parse("2024-02-29T00:00:00Z").to_string(), "2024-02-29T00:00:00Z");
  EXPECT_EQ(Instant::parse("0001-01-01T00:00:00Z").unix_seconds(), kFirst);
  EXPECT_EQ(Instant::parse("9999-12-31T23:59:59.999999Z").unix_seconds(), kLast);
}

TEST(Instant, refuses_other_text) {
  for (const char* text : {"",
                           "now",
                           "2026-07-15",
                           "2026-07-15T10:37:45",
                           "2026-07-15T10:37Z",
                           "2026-07-15T10:37:45+0200",
                           "2026-07-15T10:37:45+02",
                           "2026-07-15T10:37:45+24:00",
                           "2026-07-15T10:37:45+02:60",
                           "2026-07-15T10:37:45Zx",
                           " 2026-07-15T10:37:45Z",
                           "2026-07-15T10:37:45.Z",
                           "2026-07-15T10:37:45,5Z",
                           "2026-07-15_10:37:45Z",
                           "2026-7-15T10:37:45Z",
                           "2026-00-15T10:37:45Z",
                           "2026-13-15T10:37:45Z",
                           "2026-07-00T10:37:45Z",
                           "2026-07-32T10:37:45Z",
                           "2026-06-31T10:37:45Z",
                           "2025-02-29T10:37:45Z",
                           "1900-02-29T10:37:45Z",
                           "2026-07-15T24:00:00Z",
                           "2026-07-15T10:60:00Z",
                           "2016-12-31T23:59:60Z",
                           "0000-12-31T23:59:59Z",
                           "0000-12-31T23:59:59-05:00",
                           "10000-01-01T00:00:00Z",
                           "-001-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01"})
    EXPECT_THROW(Instant::parse(text), InvalidArgument) << text;
}

TEST(Instant, tells_what_is_wrong_with_a_text) {
  EXPECT_THAT([] { Instant::parse("2026-07-15T24:00:00Z"); },
              ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("\"2026-07-15T24:00:00Z\""),
                                                   HasSubstr("the hour is not 00 to 23"), HasSubstr("RFC 3339"))));
  EXPECT_THAT([] { Instant::parse("2026-02-30T00:00:00Z"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("not one of that month")));
  EXPECT_THAT([] { Instant::from_unix(kLast + 1); }, ThrowsMessage<InvalidArgument>(HasSubstr("years 1 to 9999")));
}

TEST(Instant, prints_a_fraction_only_where_there_is_one) {
  EXPECT_EQ(Instant::parse("2026-07-15T10:37:45.500000Z").to_string(), "2026-07-15T10:37:45.5Z");
  EXPECT_EQ(Instant::parse("2026-07-15T10:37:45.000010Z").to_string(), "2026-07-15T10:37:45.00001Z");
  std::ostringstream out;
  out << Instant::parse("2026-07-15T12:00:00+02:00");
  EXPECT_EQ(out.str(), "2026-07-15T10:00:00Z");
}

}  // namespace
}  // namespace trifle::stats
