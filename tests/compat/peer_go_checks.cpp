#include "peer_go_checks.hpp"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peer_go {
namespace {

using namespace trifle::stats;
using nlohmann::json;
using testing::IsEmpty;

// Rows that can't tell what was tracked, because the Go library lost it on the way; with what they do tell.
const std::map<std::string, Numbers> kLostByTheirWriter = {
    // Two or more increments merged in the buffer are summed as doubles.
    {"number 9007199254740993: three tracks merged in the buffer", {{"v", 27021597764222976}}},
    {"number 9007199254740993: two tracks merged, flushed, twice", {{"v", 3.6028797018964e+16}}},
    // SQLite keeps the first text and adds to it as to 0; `true` it takes for 1, or makes it that at the second set.
    {"number \"text\": track three times", {{"v", 0}}},
    {"number true: track three times", {{"v", 3}}},
    {"number true: assert twice", {{"v", 1}}},
    // The buffer keeps only the last assert.
    {"assert after assert in one buffer window: only the last payload", {{"b", 2}}},
    // A set split in two objects; nothing tells it from two increments, so the sum is read.
    {"assert, track, assert on a nested name", {{"a.b", 14}}},
    // The second name is below a number, where SQLite drops it.
    {"number, then map of one name: the map is silently dropped", {{"a", 2}}},
    // The second increment went into an array.
    {"name \"a[0]\", two tracks", {{"a[0]", 1}}},
    // Today's writers mean a dot by this name.
    {"name \"%2E\", two tracks", {{"\\.", 2}}},
};

// Where the Go library floors wrongly (by its defects around changes of the clock), and where the event belongs.
const std::map<std::string, std::map<std::string, std::string>> kFlooredElsewhere = {
    {"Bratislava, Monday after the spring change, first hour: the week is one too early",
     {{"1w", "2026-03-29T22:00:00Z"}}},
    {"Bratislava, first 02:30 of the autumn change lands in a bucket after the event",
     {{"1s", "2026-10-25T00:30:00Z"}, {"1m", "2026-10-25T00:30:00Z"}, {"1h", "2026-10-25T00:00:00Z"}}},
};

// Equal as integers; as doubles up to the 15 digits that SQLite writes.
bool same(Number a, Number b) {
  if (a == b) return true;
  if (a.is_integer() && b.is_integer()) return false;
  return std::abs(a.to_double() - b.to_double()) <= 1e-14 * std::abs(b.to_double());
}

void expect_same(const Numbers& found, const Numbers& expected, const std::string& where) {
  std::string text;
  for (const auto& [path, number] : found) text += path + '=' + number.to_string() + ' ';
  ASSERT_EQ(found.size(), expected.size()) << where << " has " << text;
  for (const auto& [path, number] : expected) {
    ASSERT_TRUE(found.contains(path)) << where << " lacks " << path << ", has " << text;
    EXPECT_TRUE(same(found.at(path), number)) << where << ' ' << path << " is " << found.at(path) << ", not " << number;
  }
}

Numbers read(trifle::Stats& stats, const std::string& key, std::int64_t at, const std::string& granularity) {
  const Instant bucket = Instant::from_unix(at);
  const Series series = stats.values(key, bucket, bucket, granularity);
  EXPECT_EQ(series.size(), 1U);
  EXPECT_EQ(series.at(0), bucket) << "not a bucket of ours";
  Numbers numbers;
  for (const std::string& path : series[0].row.paths()) numbers.emplace(path, *series.value(0, path));
  return numbers;
}

std::map<std::string, std::int64_t> read_keys(trifle::Stats& stats, std::int64_t at, const std::string& granularity) {
  const Instant bucket = Instant::from_unix(at);
  std::map<std::string, std::int64_t> counts;
  for (const auto& [key, count] : stats.keys(bucket, bucket, granularity)) counts[key] = count;
  return counts;
}

// The name under which a write is counted.
std::string tracking_key(const json& write) {
  return write.value("untracked", false) ? "__untracked__" : write.at("key").get<std::string>();
}

std::map<std::string, std::int64_t> counts_of(const Case& recorded) {
  std::map<std::string, std::int64_t> counts;
  for (const json& write : recorded.writes()) ++counts[tracking_key(write)];
  return counts;
}

Numbers expected(const Case& recorded) {
  const auto lost = kLostByTheirWriter.find(recorded.name);
  return lost != kLostByTheirWriter.end() ? lost->second : peer_go::truth(recorded.writes());
}

// The names are those that all generations store alike.
bool is_ordinary(const Case& recorded) {
  json payloads = json::array();
  for (const json& write : recorded.writes()) payloads.push_back(write.at("values"));
  const json leaves = payloads.flatten();
  for (const auto& [pointer, leaf] : leaves.items()) {
    if (!leaf.is_number()) return false;
    const auto name = pointer.substr(pointer.find('/', 1) + 1);
    if (name.find_first_of("\"$%*\\") != std::string::npos) return false;
  }
  return !kLostByTheirWriter.contains(recorded.name) && recorded.name != kInfinite && recorded.name != kEmptyKey;
}

}  // namespace

bool is_written_equally(const Case& recorded) {
  // An empty payload, which Go takes in silence, has a test of its own.
  return !recorded.buffered() && !recorded.rows.empty() && is_ordinary(recorded);
}

void expect_read_by_our_rules(const Table& table) {
  const Case& recorded = table.recorded();
  trifle::Stats stats = table.open();
  for (const auto& row : recorded.rows) {
    const std::string where = row.columns[0] + ' ' + row.granularity;
    if (row.system()) {
      EXPECT_EQ(read_keys(stats, row.at, row.granularity), counts_of(recorded)) << where;
    } else if (recorded.name == kEmptyKey) {
      EXPECT_THROW(read(stats, row.key, row.at, "1h"), InvalidArgument) << "no key of ours";
    } else if (recorded.name == kInfinite) {
      try {
        read(stats, row.key, row.at, row.granularity);
        ADD_FAILURE() << "read " << row.data;
      } catch (const CorruptData& error) {
        ASSERT_EQ(error.rows().size(), 1U);
        EXPECT_EQ(error.rows()[0].key, "k");
        EXPECT_EQ(error.rows()[0].granularity, "1h");
        EXPECT_EQ(error.rows()[0].at.unix_seconds(), row.at);
      }
    } else {
      expect_same(read(stats, row.key, row.at, row.granularity), expected(recorded), where);
    }
  }
  if (recorded.rows.empty()) {
    const Instant at = recorded.at();
    EXPECT_THAT(stats.keys(at, at, "1h"), IsEmpty());
    EXPECT_TRUE(stats.values(recorded.key(), at, at, "1h")[0].row.blank());
  }
}

void expect_continued(const Table& table) {
  const Case& recorded = table.recorded();
  for (const auto& row : recorded.rows) {
    if (row.system()) continue;
    trifle::Stats stats = table.open({row.granularity});
    const Instant bucket = Instant::from_unix(row.at);
    if (recorded.name == kEmptyKey) {
      EXPECT_THROW(stats.track("", bucket, {{"n", 1}}), InvalidArgument);
      continue;
    }
    if (recorded.name == kInfinite) {
      EXPECT_THROW(stats.track(row.key, bucket, {{"v", 1}}), CorruptData);
      ASSERT_EQ(table.rows().size(), 1U);
      EXPECT_EQ(table.rows()[0].data, row.data) << "left as it was";
      continue;
    }
    Numbers numbers = read(stats, row.key, row.at, row.granularity);
    if (numbers.empty()) numbers = {{"v", 0}};  // a leaf that is no number is replaced
    Payload one;
    for (auto& [path, number] : numbers) {
      one.add(path, 1);
      number += 1;
    }
    auto counts = read_keys(stats, row.at, row.granularity);
    stats.track(row.key, bucket, one);

    expect_same(read(stats, row.key, row.at, row.granularity), numbers, row.columns[0]);
    if (recorded.system_tracking()) {
      ++counts[row.key];
      EXPECT_EQ(read_keys(stats, row.at, row.granularity), counts);
    }
    for (const auto& now : table.rows()) {
      if (now.at != row.at || now.granularity != row.granularity) continue;
      const auto folded = peer_go::folded(now.data);
      EXPECT_TRUE(folded.flat) << now.data;
    }
  }
}

void expect_written_equally(const Table& table) {
  const Case& recorded = table.recorded();
  trifle::Stats stats = table.open();
  for (const json& write : recorded.writes()) {
    const Instant at = Instant::parse(write.at("at").get<std::string>());
    const TrackOptions options{.untracked = write.value("untracked", false)};
    if (write.at("op") == "track")
      stats.track(write.at("key").get<std::string>(), at, peer_go::payload(write.at("values")), options);
    else
      stats.assert_values(write.at("key").get<std::string>(), at, peer_go::payload(write.at("values")), options);
  }

  std::map<std::vector<std::string>, std::string> ours;
  for (const auto& row : table.rows()) ours.emplace(row.columns, row.data);
  ASSERT_EQ(ours.size(), recorded.rows.size());
  for (const auto& row : recorded.rows) {
    auto columns = row.columns;
    if (const auto elsewhere = kFlooredElsewhere.find(recorded.name); elsewhere != kFlooredElsewhere.end()) {
      if (const auto right = elsewhere->second.find(row.granularity); right != elsewhere->second.end()) {
        EXPECT_NE(columns.back(), right->second);
        columns.back() = right->second;
      }
    }
    ASSERT_TRUE(ours.contains(columns)) << testing::PrintToString(columns);
    const json found = json::parse(ours.at(columns));
    json expected = peer_go::folded(row.data).members;
    if (recorded.name == "metric key with dots" && row.system()) {
      // Today a metric key is one name of the system row.
      expected["keys.service%2Elatency"] = expected.at("keys.service.latency");
      expected.erase("keys.service.latency");
    }
    ASSERT_EQ(found.size(), expected.size()) << ours.at(columns) << " for " << row.data;
    for (const auto& [name, value] : expected.items()) {
      ASSERT_TRUE(found.contains(name)) << ours.at(columns) << " for " << row.data;
      EXPECT_TRUE(same(*peer_go::number(found.at(name)), *peer_go::number(value)))
          << ours.at(columns) << " for " << row.data;
    }
  }
}

void expect_read_exactly(const Table& table) {
  for (const auto& row : table.recorded().rows) {
    const json data = json::parse(row.data, nullptr, false);
    if (row.system() || !data.is_object() || data.size() != 1 || !data.contains("v") || !data["v"].is_number())
      continue;
    trifle::Stats stats = table.open();
    const Number found = read(stats, row.key, row.at, row.granularity).at("v");
    if (data["v"].is_number_integer())
      EXPECT_EQ(found, *peer_go::number(data["v"])) << row.data;
    else
      EXPECT_EQ(found.to_double(), data["v"].get<double>()) << row.data;
  }
}

std::set<std::string> special_cases() {
  std::set<std::string> names{kInfinite, kEmptyKey};
  for (const auto& [name, numbers] : kLostByTheirWriter) names.insert(name);
  for (const auto& [name, buckets] : kFlooredElsewhere) names.insert(name);
  return names;
}

}  // namespace peer_go
