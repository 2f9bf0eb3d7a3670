#include "buffer/merge.hpp"
#include "seed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>
#include <string>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {
namespace {

using ::testing::HasSubstr;

// What a database would hold: row identity → path → number.
using Table = std::map<std::string, std::map<std::string, Number>>;

void write_into(const Rows& rows, Table& table) {
  for (const Row& row : rows.rows()) {
    auto& stored = table[std::string(row.stored_key)];
    for (const Field& field : row.increments) stored[std::string(field.name)] += field.number;
    for (const Field& field : row.sets) stored[std::string(field.name)] = field.number;
  }
}

Merge::Config config(std::vector<std::string> granularities = {"1m", "1h", "1d"}, bool system_tracking = true,
                     std::string_view zone = "GMT") {
  Merge::Config config{.bucketing = zone == "GMT" ? Bucketing() : Bucketing(zone),
                       .granularities = {},
                       .layout = {},
                       .max_key_length = 200,
                       .system_tracking = system_tracking};
  for (const auto& text : granularities) config.granularities.emplace_back(text);
  return config;
}

void add(Merge& merge, Change change, std::string_view key, std::int64_t at, std::initializer_list<Entry> values,
         bool untracked = false) {
  merge.add(change, key, Instant::from_unix(at), std::span(values.begin(), values.size()), untracked);
}

Table table_of(Merge& merge) {
  Table table;
  write_into(merge.rows(), table);
  return table;
}

template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "accepted";
}

constexpr std::int64_t kAt = 1'784'111'865;  // 2026-07-15T10:37:45Z

TEST(MergeTest, OneMeasurementBecomesARowPerGranularityAndASystemRowBesideEach) {
  Merge merge(config({"1h", "1d"}));
  add(merge, Change::Increment, "event::signup", kAt,
      {{"count", 1}, {"duration", 2.5}, {"country", {{"us", 1}, {"de", 2}}}});
  const std::map<std::string, Number> row{{"count", 1}, {"duration", 2.5}, {"country.us", 1}, {"country.de", 2}};
  const std::map<std::string, Number> system{{"count", 1}, {"keys.event::signup", 1}};
  EXPECT_EQ(table_of(merge), (Table{{"event::signup::1h::1784109600", row},
                                    {"event::signup::1d::1784073600", row},
                                    {"__system__key__::1h::1784109600", system},
                                    {"__system__key__::1d::1784073600", system}}));
}

TEST(MergeTest, RowsAreCanonical) {
  Merge merge(config({"1h", "1m"}));
  for (const char* key : {"b", "a", "a:b", "a::1m", "c"})
    for (int i = 0; i < 3; ++i) add(merge, Change::Increment, key, kAt + 100 * i, {{"n", 1}});
  const Rows rows = merge.rows();
  std::string before;
  for (const Row& row : rows.rows()) {
    EXPECT_LT(before, row.stored_key);
    before = row.stored_key;
  }
  EXPECT_NE(rows.id(), merge.rows().id()) << "each batch has an id of its own";
  EXPECT_EQ(rows.operations(), 15u);
}

TEST(MergeTest, SystemRowsCountCallsNotWrites) {
  Merge merge(config({"1h"}));
  add(merge, Change::Increment, "a.b", kAt, {{"n", 1}});
  add(merge, Change::Increment, "a.b", kAt, {{"n", 1}});
  add(merge, Change::Set, "c", kAt, {{"n", 1}});
  add(merge, Change::Increment, "d", kAt, {{"n", 1}}, true);
  const std::map<std::string, Number> system{{"count", 4}, {"keys.a%2Eb", 2}, {"keys.c", 1}, {"keys.__untracked__", 1}};
  EXPECT_EQ(table_of(merge)["__system__key__::1h::1784109600"], system);

  Merge silent(config({"1h"}, false));
  add(silent, Change::Increment, "a", kAt, {{"n", 1}});
  EXPECT_EQ(silent.rows().rows().size(), 1u);
}

TEST(MergeTest, EverySpellingOfAPathIsOnePath) {
  Merge merge(config({"1h"}, false));
  add(merge, Change::Increment, "k", kAt, {{"a", {{"b", 1}}}});
  add(merge, Change::Increment, "k", kAt, {{"a.b", 2}});
  merge.add(Change::Increment, "k", Instant::from_unix(kAt), Payload().add("a.b", 4), false);
  add(merge, Change::Increment, "k", kAt, {{"a\\.b", 8}});
  add(merge, Change::Increment, "k", kAt, {{"a\\", {{"b", 16}}}});  // a trailing backslash is itself
  const std::map<std::string, Number> row{{"a.b", 7}, {"a%2Eb", 8}, {"a%5C.b", 16}};
  EXPECT_EQ(table_of(merge)["k::1h::1784109600"], row);
}

TEST(MergeTest, BracesAfterAPayloadOfTheSameNames) {
  Merge merge(config({"1h"}, false));
  for (int round = 0; round < 3; ++round) {
    merge.add(Change::Increment, "k", Instant::from_unix(kAt), Payload().add("a", 1).add("b", 1), false);
    add(merge, Change::Increment, "k", kAt, {{"a", 10}});
    add(merge, Change::Increment, "k", kAt, {{"a", 10}, {"b", 10}});
    add(merge, Change::Set, "k", kAt, {{"a", 7}});
  }
  const std::map<std::string, Number> row{{"a", 7}, {"b", 33}};
  EXPECT_EQ(table_of(merge)["k::1h::1784109600"], row);
}

TEST(MergeTest, APlaceNamedTwiceInOnePayloadAddsUpOrIsSetByTheLast) {
  Merge merge(config({"1h"}, false));
  for (int round = 0; round < 2; ++round) {
    add(merge, Change::Increment, "inc", kAt, {{"a", {{"b", 1}}}, {"n", 1}, {"a.b", 2}});
    add(merge, Change::Set, "set", kAt, {{"a", {{"b", 1}}}, {"n", 1}, {"a.b", 2}});
  }
  EXPECT_EQ(table_of(merge)["inc::1h::1784109600"], (std::map<std::string, Number>{{"a.b", 6}, {"n", 2}}));
  EXPECT_EQ(table_of(merge)["set::1h::1784109600"], (std::map<std::string, Number>{{"a.b", 2}, {"n", 1}}));
}

TEST(MergeTest, RefusesWhatCannotBeWrittenAndStaysAsItWas) {
  Merge merge(config({"1h"}, false));
  add(merge, Change::Increment, "k", kAt, {{"a", 1}, {"b", 1}});
  add(merge, Change::Increment, "k", kAt, {{"c", {{"d", 1}}}});
  const auto before = table_of(merge);
  const auto refused = [&](std::initializer_list<Entry> values, std::string_view key = "k") {
    return refusal([&] { add(merge, Change::Increment, key, kAt, values); });
  };
  EXPECT_THAT(refused({}), HasSubstr("payload is empty"));
  EXPECT_THAT(refused({{"a", {}}}), HasSubstr("\"a\" is an empty map"));
  EXPECT_THAT(refused({{"a", 1}, {"x", {{"y", {}}}}}), HasSubstr("\"x.y\" is an empty map"));
  EXPECT_THAT(refused({{"a", 5}, {"b", std::numeric_limits<double>::quiet_NaN()}}), HasSubstr("\"b\" is NaN"));
  EXPECT_THAT(refused({{"a", 5}, {"b", std::numeric_limits<double>::infinity()}}),
              HasSubstr("\"b\" is or becomes infinite"));
  EXPECT_THAT(refused({{"a", 1}, {"a", {{"b", 1}}}}), HasSubstr("\"a\" is both a number and a map (\"a.b\")"));
  EXPECT_THAT(refused({{"a.b.c", 1}, {"z", 1}, {"a", 1}}), HasSubstr("\"a\" is both a number and a map"));
  EXPECT_THAT(refused({{"a", 1}, {"b", 1}, {"c", 1}, {"c.d", 1}}), HasSubstr("\"c\" is both"));
  EXPECT_THAT(refused({{"a\xFF", 1}}), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(refused({{"a", 1}}, ""), HasSubstr("key is empty"));
  EXPECT_THAT(refused({{"a", 1}}, std::string_view("a\0b", 3)), HasSubstr("NUL"));
  EXPECT_THAT(refused({{"a", 1}}, "\xC3"), HasSubstr("UTF-8"));
  EXPECT_THAT(refused({{"a", 1}}, std::string(201, 'k')), HasSubstr("201 code points"));
  EXPECT_THAT(refused({{"a", 1}}, "__system__key__"), HasSubstr("library's own"));
  EXPECT_THAT(refused({{"a", 1}}, "__untracked__"), HasSubstr("library's own"));
  EXPECT_EQ(table_of(merge), before);
  EXPECT_EQ(merge.operations(), 2u);

  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ü";
  EXPECT_EQ(refused({{"a", 1}}, umlauts), "accepted") << "the limit counts code points, not bytes";
}

TEST(MergeTest, ASumThatBecomesInfiniteIsRefusedAloneWithinACellAndNamedAcrossCells) {
  Merge merge(config({"1m", "1h"}, false));
  add(merge, Change::Increment, "k", kAt, {{"v", 1e308}, {"n", 1}});
  EXPECT_THAT(refusal([&] { add(merge, Change::Increment, "k", kAt, {{"v", 1e308}, {"n", 1}}); }), HasSubstr("\"v\""));
  add(merge, Change::Increment, "k", kAt, {{"n", 1}});
  EXPECT_EQ(table_of(merge)["k::1m::1784111820"], (std::map<std::string, Number>{{"v", 1e308}, {"n", 2}}));

  add(merge, Change::Increment, "k", kAt + 60, {{"v", 1e308}});
  try {
    merge.rows();
    FAIL() << "the hour is infinite";
  } catch (const StorageError& error) {
    ASSERT_EQ(error.rows().size(), 1u);
    EXPECT_EQ(error.rows()[0].key, "k");
    EXPECT_EQ(error.rows()[0].granularity, "1h");
    EXPECT_EQ(error.outcome(), Outcome::NotApplied);
  }
}

TEST(MergeTest, AClearedMergeIsEmptyAndGoesOn) {
  Merge merge(config({"1h"}, false));
  add(merge, Change::Set, "k", kAt, {{"a", 1}});
  merge.clear();
  EXPECT_EQ(merge.operations(), 0u);
  EXPECT_TRUE(merge.rows().rows().empty());
  add(merge, Change::Increment, "k", kAt, {{"a", 5}});
  const Rows rows = merge.rows();
  ASSERT_EQ(rows.rows().size(), 1u);
  EXPECT_EQ(rows.rows()[0].increments.size(), 1u);
  EXPECT_TRUE(rows.rows()[0].sets.empty());
}

TEST(MergeTest, ThousandsOfNamesInOneEntry) {
  Merge merge(config({"1h"}, false));
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 5000; ++i) add(merge, Change::Increment, "k", kAt, {{"user", {{std::to_string(i), 1}}}});
  const Rows rows = merge.rows();
  ASSERT_EQ(rows.rows().size(), 1u);
  ASSERT_EQ(rows.rows()[0].increments.size(), 5000u);
  for (const Field& field : rows.rows()[0].increments) EXPECT_EQ(field.number, Number(2)) << field.name;
}

// The third call on is added at once; whatever doesn't fit is taken back to the last bit and goes the long way.
TEST(MergeTest, PayloadsOfTheSameNamesAreAddedInOnePassOrNotAtAll) {
  Merge merge(config({"1h"}, false));
  const double half = 0.1 + 0.2;
  const auto first = [&](Number a) {
    add(merge, Change::Increment, "k", kAt, {{"a", a}, {"eightsix", 0.5}, {"c", 3}});
  };
  const auto second = [&](Number b) {
    add(merge, Change::Increment, "k", kAt, {{"a name of more than 16", half}, {"b", b}});
  };
  for (int i = 0; i < 5; ++i) {
    first(1);
    second(2);
  }
  std::map<std::string, Number> row{
      {"a", 5}, {"eightsix", 2.5}, {"c", 15}, {"a name of more than 16", half + half + half + half + half}, {"b", 10}};
  EXPECT_EQ(table_of(merge)["k::1h::1784109600"], row);
  // Refused in the middle, after integers and doubles: all as before.
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(refusal([&] { second(infinite); }), HasSubstr("\"b\""));
  EXPECT_THAT(refusal([&] {
                add(merge, Change::Increment, "k", kAt, {{"a", 1}, {"eightsix", 0.5}, {"c", infinite}});
              }),
              HasSubstr("\"c\""));
  EXPECT_EQ(table_of(merge)["k::1h::1784109600"], row);
  // Names that nearly fit.
  add(merge, Change::Increment, "k", kAt, {{"a", 1}, {"eightSix", 1}, {"c", 1}});
  add(merge, Change::Increment, "k", kAt, {{"a", 1}, {"eightsix", 1}, {"d", 1}});
  add(merge, Change::Increment, "k", kAt, {{"a name of less than 16", 1}, {"b", 1}});
  add(merge, Change::Increment, "k", kAt, {{"a", 1}, {"eightsix", {{"x", 1}}}});
  row["a"] += 3, row["c"] += 1, row["b"] += 1, row["eightsix"] += 1;
  row["eightSix"] = row["d"] = row["a name of less than 16"] = row["eightsix.x"] = 1;
  EXPECT_EQ(table_of(merge)["k::1h::1784109600"], row);
  // An integer that passes 64 bits becomes a double, and a sum of doubles stays one.
  first(std::numeric_limits<std::int64_t>::max());
  first(1);
  row["a"] = Number(9.0 + 9223372036854775807.0), row["eightsix"] += 1.0, row["c"] += 6;
  EXPECT_EQ(table_of(merge)["k::1h::1784109600"], row);
}

TEST(MergeTest, WhatIsForgottenTakesAsManyBytesAwayAsItBrought) {
  for (const std::size_t paths : {1u, 23u, 24u, 30u}) {
    Merge merge(config({"1h"}, false));
    Payload payload;
    for (std::size_t i = 0; i < paths; ++i) payload.add("path." + std::to_string(i), 1);
    const auto add_hour = [&](std::int64_t hour) {
      merge.add(Change::Increment, "k", Instant::from_unix(kAt + hour * 3600), payload, false);
      return merge.bytes();
    };
    add_hour(0);
    const auto one = add_hour(1);
    const auto two = add_hour(2);
    merge.forget(1);
    EXPECT_EQ(merge.bytes(), one) << paths << " paths";
    EXPECT_GE(two - one, paths * sizeof(Number));
  }
}

TEST(MergeTest, ManyDynamicNamesDoNotStayForever) {
  Merge merge(config({"1h"}, false));
  for (int batch = 0; batch < 8; ++batch) {
    for (int i = 0; i < 20'000; ++i)
      add(merge, Change::Increment, "k", kAt, {{std::to_string(batch * 100'000 + i), 1}});
    merge.clear();
    EXPECT_LT(merge.bytes(), 8u << 20);
  }
}

// What the same calls leave when each is written by itself is what the merged batch leaves.
TEST(MergeTest, AnyOrderOfIncrementsAndSetsLeavesWhatSingleCallsWouldHaveLeft) {
  const auto seed = test::seed_or(std::random_device{}());
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const char* names[] = {"a", "b", "c.d", "c.e"};
  const char* keys[] = {"x", "y"};
  for (int schedule = 0; schedule < 400; ++schedule) {
    const auto zone = schedule % 3 == 0 ? "Australia/Lord_Howe" : "GMT";
    const auto granularities = schedule % 2 == 0 ? std::vector<std::string>{"1m", "1h", "1d"}
                                                 : std::vector<std::string>{"45m", "1d", "1w", "1y"};
    // Around Lord Howe's half-hour change of 2026-04-04T15:00Z, and minutes, hours and days apart.
    const std::int64_t base = schedule % 3 == 0 ? 1'775'314'800 - 3600 : kAt;
    Merge merged(config(granularities, true, zone));
    Merge single(config(granularities, true, zone));
    Table expected;
    Table actual;
    const int calls = 1 + below(30);
    for (int call = 0; call < calls; ++call) {
      const auto change = below(3) == 0 ? Change::Set : Change::Increment;
      const auto at = base + below(3) * 60 + below(2) * 1800 + below(2) * 86'400;
      Payload payload;
      for (int i = 0, n = 1 + below(3); i < n; ++i)
        payload.add(names[below(4)], below(2) ? Number(below(20) - 5) : Number(below(40) / 4.0));
      const auto key = keys[below(2)];
      const bool untracked = below(5) == 0;
      merged.add(change, key, Instant::from_unix(at), payload, untracked);
      single.add(change, key, Instant::from_unix(at), payload, untracked);
      write_into(single.rows(), expected);
      single.clear();
      if (below(15) == 0) {
        write_into(merged.rows(), actual);
        merged.clear();
      }
    }
    write_into(merged.rows(), actual);
    ASSERT_EQ(actual, expected) << "schedule " << schedule;
  }
}

}  // namespace
}  // namespace trifle::stats::detail
