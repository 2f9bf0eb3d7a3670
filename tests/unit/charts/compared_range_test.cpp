#include "commands/compared_range.hpp"

#include <gmock/gmock.h>

#include "failure.hpp"

namespace {

using trifle::cli::compare_shift;
using trifle::cli::UsageError;
using trifle::stats::Bucketing;
using trifle::stats::Instant;
using Unit = trifle::stats::Granularity::Unit;

struct Shift {
  int count;
  Unit unit;
  friend bool operator==(const Shift&, const Shift&) = default;
};

Shift shift(const char* from, const char* to, const char* last = "", const char* word = "previous") {
  const auto found = compare_shift(word, {.last = last, .from = {}, .to = {}},
                                   {Instant::parse(from), Instant::parse(to), {}, {}}, Bucketing("Europe/Bratislava"));
  return {found.count, found.unit};
}

TEST(ComparedRange, LiesAsFarBackAsItIsLong) {
  EXPECT_EQ(shift("2026-07-20T00:00:00+02:00", "2026-07-26T23:59:59+02:00"), (Shift{7, Unit::Day}));
  EXPECT_EQ(shift("2026-07-01T00:00:00+02:00", "2026-07-31T23:59:59+02:00"), (Shift{1, Unit::Month}));
  EXPECT_EQ(shift("2026-01-01T00:00:00+01:00", "2026-12-31T23:59:59+01:00"), (Shift{12, Unit::Month}));
  EXPECT_EQ(shift("2026-10-25T00:00:00+02:00", "2026-10-25T23:59:59+01:00"), (Shift{1, Unit::Day}));  // 25 hours
  EXPECT_EQ(shift("2026-07-20T10:00:00+02:00", "2026-07-20T11:59:59+02:00"), (Shift{2, Unit::Hour}));
  EXPECT_EQ(shift("2026-07-20T10:00:00Z", "2026-07-21T10:00:00Z"), (Shift{1, Unit::Day}));  // the last 24 hours
}

TEST(ComparedRange, TakesTheSpanThatWasAskedFor) {
  EXPECT_EQ(shift("2026-07-20T10:00:00Z", "2026-07-27T10:00:00Z", "7d"), (Shift{7, Unit::Day}));
  EXPECT_EQ(shift("2026-06-20T10:00:00Z", "2026-07-20T10:00:00Z", "1mo"), (Shift{1, Unit::Month}));
}

TEST(ComparedRange, KnowsTwoWords) {
  EXPECT_EQ(shift("2026-07-20T10:00:00Z", "2026-07-27T10:00:00Z", "", "year"), (Shift{1, Unit::Year}));
  EXPECT_THROW(shift("2026-07-20T10:00:00Z", "2026-07-27T10:00:00Z", "", "week"), UsageError);
}

}  // namespace
