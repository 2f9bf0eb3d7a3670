// What becomes of a batch that the database applies in parts, of which it knows some.

#include "buffer/outbox.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

#include "faulty_driver.hpp"

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kAt = 1'784'111'865;

/// Says of each row what it is told to, and knows no batch again.
class TellingDriver : public TableDriver {
 public:
  explicit TellingDriver(bool ledger)
      : TableDriver({.backend = "telling", .atomicity = Atomicity::Row, .ledger = ledger}) {}

  struct Sent {
    Rows::Id id;
    std::vector<std::string> keys;
    std::size_t operations;
  };

  void write(const Rows& rows) override {
    sent.push_back({rows.id(), {}, rows.operations()});
    std::vector<RowOutcome> named;
    bool all = true;
    for (const Row& row : rows.rows()) {
      const std::string key(row.key);
      sent.back().keys.push_back(key);
      const auto told = tells.find(key);
      const auto outcome = told == tells.end() ? Outcome::Applied : told->second;
      all = all && outcome == Outcome::Applied;
      if (outcome == Outcome::Applied) write_into(std::span(&row, 1), table);
      if (outcome == otherwise) continue;
      named.push_back({.key = key,
                       .granularity = std::string(row.granularity),
                       .at = Instant::from_unix(row.at),
                       .outcome = outcome,
                       .retry_is_safe = !key.starts_with("refused"),
                       .reason = "the row is refused"});
    }
    if (all) return;
    throw ConnectionError("in part", {.operation = "write", .outcome = otherwise, .rows = std::move(named)});
  }

  std::map<std::string, Outcome> tells;  ///< of a key; of the others: it is applied
  Outcome otherwise = Outcome::Unknown;  ///< of the rows that the error doesn't name
  std::vector<Sent> sent;
};

class OutboxTest : public testing::TestWithParam<bool> {
 protected:
  void track(std::vector<std::string> keys) {
    std::vector<std::unique_ptr<Merge>> merges;
    merges.push_back(std::make_unique<Merge>(config_.merge));
    for (const auto& key : keys)
      merges[0]->add(Change::Increment, key, Instant::from_unix(kAt), std::vector<Entry>{{"n", 1}}, false);
    outbox_.take(merges, now_);
  }
  bool write() { return outbox_.write_next(driver_, now_, notices_); }
  Number stored(const std::string& key) { return driver_.table[key + "::1h::1784109600"]["n"]; }

  const Outbox::Config config_{.merge = {.bucketing = Bucketing(),
                                         .granularities = {Granularity("1h")},
                                         .layout = {},
                                         .max_key_length = 200,
                                         .system_tracking = false},
                               .traits = {.backend = "telling", .atomicity = Atomicity::Row, .ledger = GetParam()}};
  TellingDriver driver_{GetParam()};
  Outbox outbox_{config_};
  Outbox::Time now_{1000h};
  Notices notices_;
};

INSTANTIATE_TEST_SUITE_P(Ledger, OutboxTest, testing::Bool(),
                         [](const auto& ledger) { return ledger.param ? "ledger" : "without"; });

TEST_P(OutboxTest, WhatIsUnknownOrWasNotAppliedGoesAgainAsOneBeforeAnythingNewer) {
  track({"applied", "lost", "refused", "unsent"});
  driver_.tells = {{"lost", Outcome::Unknown}, {"refused", Outcome::NotApplied}, {"unsent", Outcome::NotApplied}};
  EXPECT_FALSE(write());
  EXPECT_EQ(stored("applied"), Number(1));
  EXPECT_EQ(outbox_.counts().written_rows, 1u);
  EXPECT_EQ(outbox_.counts().refused_rows, 1u);
  ASSERT_THAT(notices_.dropped, SizeIs(GetParam() ? 1 : 2));
  EXPECT_EQ(notices_.dropped.back().reason, DropReason::Refused);
  EXPECT_EQ(notices_.dropped.back().error, "the row is refused");
  EXPECT_EQ(notices_.dropped.back().rows.at(0).key, "refused");

  track({"applied", "newer"});
  driver_.tells.clear();
  EXPECT_TRUE(write());
  EXPECT_TRUE(write());
  ASSERT_THAT(driver_.sent, SizeIs(3));
  if (GetParam()) {
    EXPECT_EQ(driver_.sent[1].id, driver_.sent[0].id);
    EXPECT_THAT(driver_.sent[1].keys, ElementsAre("lost", "unsent"));
    EXPECT_EQ(outbox_.counts().written_operations, 6u);
    EXPECT_EQ(outbox_.counts().unknown_operations, 0u);
  } else {
    EXPECT_EQ(notices_.dropped.front().reason, DropReason::Unknown);
    EXPECT_EQ(notices_.dropped.front().rows.at(0).key, "lost");
    EXPECT_NE(driver_.sent[1].id, driver_.sent[0].id);
    EXPECT_THAT(driver_.sent[1].keys, ElementsAre("unsent"));
  }
  EXPECT_THAT(driver_.sent[2].keys, ElementsAre("applied", "newer"));
  EXPECT_NE(driver_.sent[2].id, driver_.sent[0].id);
  EXPECT_TRUE(outbox_.empty());
  EXPECT_EQ(stored("applied"), Number(2));
}

TEST_P(OutboxTest, WhatWasOnceUnknownKeepsItsIdWhateverIsSaidNext) {
  if (!GetParam()) return;
  track({"a", "b", "c"});
  driver_.tells = {{"a", Outcome::Unknown}, {"b", Outcome::Unknown}};
  EXPECT_FALSE(write());
  // Its node can't even be reached now: that attempt wasn't applied, but the first may have been.
  driver_.tells = {{"a", Outcome::NotApplied}};
  driver_.otherwise = Outcome::NotApplied;
  EXPECT_FALSE(write());
  EXPECT_FALSE(write());
  driver_.tells.clear();
  EXPECT_TRUE(write());
  ASSERT_THAT(driver_.sent, SizeIs(4));
  for (const auto& sent : driver_.sent) EXPECT_EQ(sent.id, driver_.sent[0].id);
  EXPECT_THAT(driver_.sent[1].keys, ElementsAre("a", "b"));
  EXPECT_THAT(driver_.sent[3].keys, ElementsAre("a"));
  EXPECT_EQ(outbox_.counts().written_operations, 3u);
  EXPECT_THAT(notices_.dropped, IsEmpty());
}

TEST_P(OutboxTest, TheLedgerIsTrustedFromTheFirstUnknownOutcomeOn) {
  if (!GetParam()) return;
  track({"a", "b"});
  driver_.tells = {{"a", Outcome::Unknown}};
  EXPECT_FALSE(write());
  now_ += 6h;
  EXPECT_FALSE(write());
  now_ += 6h;
  EXPECT_TRUE(write());
  EXPECT_THAT(driver_.sent, SizeIs(2)) << "half a day later it isn't asked any more";
  ASSERT_THAT(notices_.dropped, SizeIs(1));
  EXPECT_EQ(notices_.dropped[0].reason, DropReason::Unknown);
  EXPECT_EQ(notices_.dropped[0].rows.at(0).key, "a");
  EXPECT_TRUE(outbox_.empty());
}

TEST_P(OutboxTest, WhatWasNotAppliedOfAPartedBatchIsABatchOfItsOwn) {
  track({"a", "b"});
  driver_.otherwise = Outcome::NotApplied;
  driver_.tells = {{"a", Outcome::NotApplied}};
  EXPECT_FALSE(write());
  driver_.tells.clear();
  EXPECT_TRUE(write());
  ASSERT_THAT(driver_.sent, SizeIs(2));
  EXPECT_NE(driver_.sent[1].id, driver_.sent[0].id);
  EXPECT_THAT(driver_.sent[1].keys, ElementsAre("a"));
  EXPECT_EQ(outbox_.counts().written_operations, 2u);
}

}  // namespace
}  // namespace trifle::stats::detail
