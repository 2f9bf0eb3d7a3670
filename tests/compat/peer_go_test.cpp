// What the Go library of March 2026 left in its tables is read by our rules, continued without losing an increment, and
// written equally where names and numbers are ordinary.

#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer_go.hpp"
#include "peer_go_checks.hpp"
#include "peer_go_sqlite.hpp"

namespace {

using namespace trifle::stats;
using nlohmann::json;
using peer_go::Case;
using peer_go::SqliteTable;
using peer_go::Table;
using testing::IsEmpty;

class PeerGo : public testing::TestWithParam<std::size_t> {
 protected:
  const Case& recorded() const { return peer_go::cases()[GetParam()]; }
};

TEST_P(PeerGo, IsReadByOurRules) { peer_go::expect_read_by_our_rules(SqliteTable(recorded(), Table::Rows::Recorded)); }

TEST_P(PeerGo, ANumberIsReadExactlyAsStored) {
  peer_go::expect_read_exactly(SqliteTable(recorded(), Table::Rows::Recorded));
}

TEST_P(PeerGo, IsContinuedWithoutLosingAnIncrement) {
  peer_go::expect_continued(SqliteTable(recorded(), Table::Rows::Recorded));
}

class PeerGoOrdinary : public PeerGo {
 public:
  static std::vector<std::size_t> indexes() {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < peer_go::cases().size(); ++i)
      if (peer_go::is_written_equally(peer_go::cases()[i])) found.push_back(i);
    return found;
  }
};

TEST_P(PeerGoOrdinary, IsWrittenEquallyByUs) {
  peer_go::expect_written_equally(SqliteTable(recorded(), Table::Rows::None));
}

std::string name_of(const testing::TestParamInfo<std::size_t>& at) {
  return peer_go::test_name(peer_go::cases()[at.param], at.param);
}

INSTANTIATE_TEST_SUITE_P(Case, PeerGo, testing::Range<std::size_t>(0, peer_go::cases().size()), name_of);
INSTANTIATE_TEST_SUITE_P(Case, PeerGoOrdinary, testing::ValuesIn(PeerGoOrdinary::indexes()), name_of);

TEST(PeerGoCases, AreAllThere) {
  EXPECT_EQ(peer_go::cases().size(), 96U);
  std::set<std::string> names;
  for (const Case& recorded : peer_go::cases()) names.insert(recorded.name);
  EXPECT_EQ(names.size(), 96U);
  // Of 79 that wrote rows unbuffered: not the 12 with leaves that are no numbers, 4 that lost something, 4 with names
  // that are encoded today, the infinite sum and the empty key.
  EXPECT_EQ(PeerGoOrdinary::indexes().size(), 57U);
  for (const auto& name : peer_go::special_cases()) EXPECT_TRUE(names.contains(name)) << name;
}

// Where the Go library takes in silence what can't be stored, ours says so and writes nothing either.
TEST(PeerGoCases, WhatOursRefuses) {
  for (const Case& recorded : peer_go::cases()) {
    if (recorded.name != "empty payloads write nothing" && recorded.name != peer_go::kEmptyKey) continue;
    const SqliteTable table(recorded, Table::Rows::None);
    trifle::Stats stats = table.open();
    for (const json& request : recorded.requests)
      EXPECT_THROW(
          stats.track(request.at("key").get<std::string>(), recorded.at(), peer_go::payload(request.at("values"))),
          InvalidArgument);
    EXPECT_THAT(table.rows(), IsEmpty());
  }
}

TEST(PeerGoFloors, OursFollowTheRules) {
  std::ifstream file(TRIFLE_TEST_DATA "/peer-go/floors-that-differ.jsonl");
  std::size_t floors = 0;
  for (std::string line; std::getline(file, line); ++floors) {
    const json floor = json::parse(line);
    ASSERT_EQ(floor.at("week"), "monday");
    const Bucketing bucketing(floor.at("tz").get<std::string>());
    const Instant bucket =
        bucketing.floor(Instant::from_unix(floor.at("at")), Granularity(floor.at("granularity").get<std::string>()));
    EXPECT_EQ(bucket.unix_seconds(), floor.at("rules_2_7").get<std::int64_t>()) << line;
    EXPECT_NE(bucket.unix_seconds(), floor.at("written_by_g1").get<std::int64_t>()) << line;
  }
  EXPECT_EQ(floors, 87U);
}

}  // namespace
