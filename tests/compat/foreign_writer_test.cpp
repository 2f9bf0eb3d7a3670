// The sisters' own statements on the same file, at the same time as ours: every increment of both is read back.

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "compat/foreign_writer.hpp"
#include "contract/batches.hpp"
#include "contract/child.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

constexpr int kCalls = 30;  // of each writer
const ForeignWriter::Fields kFields = {{"count", 1}, {"country.us", 2}, {"country.de", 3}, {"a.b.c", 4},
                                       {"f1", 1},    {"f2", 1},         {"f3", 1},         {"f4", 1},
                                       {"f5", 1},    {"f6", 1},         {"f7", 1},         {"f8.x", 1}};

struct Case {
  Identity identity;
  PathStyle style;
};

class ForeignWriterTest : public testing::TestWithParam<Case> {
 protected:
  std::unique_ptr<detail::RowDriver> open() const {
    auto driver =
        drivers::sqlite(path_, {.identity = GetParam().identity, .busy_timeout = std::chrono::minutes(1)}).release();
    driver->setup(Setup::Create);
    return driver;
  }

  void write_theirs() const {
    ForeignWriter foreign(path_, GetParam().identity, GetParam().style);
    for (int i = 0; i < kCalls; ++i) foreign.track("signup", "1h", buckets_, kFields);
  }

  void write_ours(detail::RowDriver& driver) const {
    std::vector<Change> changes;
    for (const auto at : buckets_) {
      Values increments;
      for (const auto& [name, number] : kFields) increments[name] = number;
      changes.push_back({.key = "signup", .at = at, .increments = increments});
      changes.push_back({.key = "__system__key__", .at = at, .increments = {{"count", 1}, {"keys.signup", 1}}});
    }
    for (int i = 0; i < kCalls; ++i) write(driver, changes);
  }

  /// `calls` of both writers together.
  void expect_sums(detail::RowDriver& driver, int calls) const {
    Values rows;
    for (const auto& [name, number] : kFields) rows[name] = number * calls;
    for (const auto at : buckets_) {
      EXPECT_EQ(read_one(driver, "signup", "1h", at), rows) << at;
      EXPECT_EQ(read_one(driver, "__system__key__", "1h", at), (Values{{"count", calls}, {"keys.signup", calls}}))
          << at;
    }
  }

  TempFolder folder_;
  const std::string path_ = folder_.file("stats.db");
  const std::vector<std::int64_t> buckets_ = hours(kTen, 3);
};

INSTANTIATE_TEST_SUITE_P(
    Styles, ForeignWriterTest,
    testing::Values(Case{Identity::Full, PathStyle::Unquoted}, Case{Identity::Full, PathStyle::Quoted},
                    Case{Identity::Partial, PathStyle::Unquoted}, Case{Identity::Partial, PathStyle::Quoted},
                    Case{Identity::Separated, PathStyle::Unquoted}, Case{Identity::Separated, PathStyle::Quoted}),
    [](const auto& tested) {
      const std::string identity = tested.param.identity == Identity::Full      ? "full"
                                   : tested.param.identity == Identity::Partial ? "partial"
                                                                                : "separated";
      return identity + (tested.param.style == PathStyle::Quoted ? "_quoted" : "_unquoted");
    });

TEST_P(ForeignWriterTest, InTurns) {
  const auto driver = open();
  write_theirs();
  expect_sums(*driver, kCalls);
  write_ours(*driver);
  expect_sums(*driver, 2 * kCalls);
  // Ours left the row flat; theirs goes on from there.
  write_theirs();
  expect_sums(*driver, 3 * kCalls);
  write_ours(*driver);
  expect_sums(*driver, 4 * kCalls);
  const auto flat = "SELECT count(*) FROM trifle_stats WHERE json_type(data, '$.country') = 'object'";
  EXPECT_EQ(SqliteFile(path_).one(flat), "0");
}

TEST_P(ForeignWriterTest, AtTheSameTimeInThisProcess) {
  const auto driver = open();
  std::thread theirs([&] { write_theirs(); });
  std::thread ours([&] { write_ours(*driver); });
  theirs.join();
  ours.join();
  expect_sums(*driver, 2 * kCalls);
}

TEST_P(ForeignWriterTest, AtTheSameTimeInOtherProcesses) {
  open();
  std::vector<Child> children;
  for (int i = 0; i < 2; ++i) {
    children.emplace_back([&] {
      write_theirs();
      return true;
    });
    children.emplace_back([&] {
      write_ours(*open());
      return true;
    });
  }
  for (auto& child : children) EXPECT_TRUE(child.succeeded());
  expect_sums(*open(), 4 * kCalls);
}

}  // namespace
}  // namespace trifle::stats::test
