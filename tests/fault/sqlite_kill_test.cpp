// kill -9 in the middle of writing: afterwards every batch is there whole or not at all, none that was acknowledged is
// missing, and the file is intact.

#include <random>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/sqlite.hpp>

#include "all_rounds.hpp"
#include "contract/batches.hpp"
#include "contract/child.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"
#include "seed.hpp"

namespace trifle::stats::test {
namespace {

using Journal = drivers::SqliteOptions::Journal;

struct Case {
  const char* name;
  Identity identity;
  Journal journal;
};

class SqliteKillTest : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Modes, SqliteKillTest,
                         testing::Values(Case{"full_wal", Identity::Full, Journal::Wal},
                                         Case{"separated_wal", Identity::Separated, Journal::Wal},
                                         Case{"partial_delete", Identity::Partial, Journal::Delete}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(SqliteKillTest, EveryBatchIsThereWholeOrNotAtAll) {
  const int rounds = all_rounds() ? 200 : 20;
  const auto seed = seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);

  const TempFolder folder;
  const auto path = folder.file("stats.db");
  // A small checkpoint, so that the kill meets that too.
  const drivers::SqliteOptions options{
      .identity = GetParam().identity, .journal = GetParam().journal, .wal_autocheckpoint = 20};
  const auto buckets = hours(kTen, 20);
  std::vector<Change> changes;
  for (const auto at : buckets)
    changes.push_back({.at = at, .increments = {{"n", 1}, {"text.to.make.it.longer", 0.5}}});
  drivers::sqlite(path, options).release()->setup(Setup::Create);

  std::int64_t before = 0;
  for (int round = 0; round < rounds; ++round) {
    Pipe written;
    Child child([&] {
      const auto driver = drivers::sqlite(path, options).release();
      for (;;) {
        write(*driver, changes);
        written.put();
      }
      return true;
    });
    written.close_writing();
    std::size_t acknowledged = 0;
    const auto enough = 1 + random() % 25;
    while (acknowledged < enough && written.wait()) ++acknowledged;
    // Somewhere within the next batch.
    for (auto spin = random() % 300'000; spin > 0; --spin) asm volatile("");
    child.kill();
    acknowledged += written.drain();

    const auto driver = drivers::sqlite(path, options).release();
    const auto found = read(*driver, "event::signup", "1h", buckets);
    ASSERT_EQ(found.size(), buckets.size());
    const auto count = *found.begin()->second.at("n").to_int64();
    for (const auto& [at, values] : found) {
      ASSERT_EQ(values.at("n"), Number(count)) << "round " << round << ", bucket " << at;
      ASSERT_EQ(values.at("text.to.make.it.longer"), Number(static_cast<double>(count) * 0.5));
    }
    // One may have been committed whose acknowledgement died on its way.
    ASSERT_GE(count - before, static_cast<std::int64_t>(acknowledged)) << "round " << round;
    ASSERT_LE(count - before, static_cast<std::int64_t>(acknowledged) + 1) << "round " << round;
    before = count;
    ASSERT_EQ(SqliteFile(path).one("PRAGMA integrity_check"), "ok");
  }
}

}  // namespace
}  // namespace trifle::stats::test
