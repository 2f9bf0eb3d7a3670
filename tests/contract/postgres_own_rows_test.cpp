// What PostgreSQL alone can do to rows that the driver wrote itself, see own_rows_test.cpp.

#include <unistd.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/postgres.hpp>

#include "contract/batches.hpp"
#include "contract/postgres_connection.hpp"

namespace trifle::stats::test {
namespace {

struct Case {
  ServerKind kind;
  Identity identity;
  std::string name;

  friend std::ostream& operator<<(std::ostream& out, const Case& tested) { return out << tested.name; }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto& kind : postgres_servers())
    for (const auto& [identity, name] : kIdentities) all.push_back({kind, identity, kind.name + "_" + name});
  return all;
}

class PostgresOwnRowsTest : public testing::TestWithParam<Case> {
 protected:
  PostgresOwnRowsTest() {
    driver_->setup(Setup::Create);
    add(1);
    add(0);  // a row is remembered when it is written again
    add(1);  // from memory
  }

  void add(std::int64_t number) { write(*driver_, {{.increments = {{"count", number}}}}); }
  Number count() { return read_one(*driver_)["count"]; }

  TempFolder folder_;
  const std::string url_ = postgres_schema(GetParam().kind, folder_);
  std::unique_ptr<detail::RowDriver> driver_ = drivers::postgres(url_, {.identity = GetParam().identity}).release();
  PostgresConnection other_{url_};
};
INSTANTIATE_TEST_SUITE_P(Servers, PostgresOwnRowsTest, testing::ValuesIn(cases()),
                         [](const auto& tested) { return tested.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresOwnRowsTest);

TEST_P(PostgresOwnRowsTest, TheTableIsWrittenAnew) {
  write(*driver_, {{.key = "a", .increments = {{"count", 1}}}, {.key = "b", .increments = {{"count", 2}}}});
  other_.run("VACUUM FULL trifle_stats");
  write(*driver_, {{.key = "a", .increments = {{"count", 1}}}, {.key = "b", .increments = {{"count", 2}}}});
  other_.run("UPDATE trifle_stats SET data = data");
  other_.run("CLUSTER trifle_stats USING trifle_stats_pkey");
  write(*driver_, {{.key = "a", .increments = {{"count", 1}}}, {.key = "b", .increments = {{"count", 2}}}});
  EXPECT_EQ(read_one(*driver_, "a")["count"], Number(3));
  EXPECT_EQ(read_one(*driver_, "b")["count"], Number(6));
}

TEST_P(PostgresOwnRowsTest, ATriggerThatChangesWhatIsWritten) {
  other_.run(
      "CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.data = NEW.data || '{\"mark\": 1}'; "
      "RETURN NEW; END $$");
  other_.run("CREATE TRIGGER mark BEFORE UPDATE ON trifle_stats FOR EACH ROW EXECUTE FUNCTION mark()");
  add(1);  // the trigger marks it
  other_.run("DROP TRIGGER mark ON trifle_stats");
  add(1);
  EXPECT_THAT(read_one(*driver_),
              testing::UnorderedElementsAre(testing::Pair("count", Number(4)), testing::Pair("mark", Number(1))));
}

// A batch of one round trip has no COMMIT that could be refused: the server commits where the request ends.
TEST_P(PostgresOwnRowsTest, ACommitThatIsRefusedIsTold) {
  other_.run(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today' USING ERRCODE "
      "= "
      "'53100'; END $$");
  for (const std::string table : {"trifle_stats_batches", "trifle_stats_ping"}) {
    other_.run("CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON " + table +
               " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()");
  }
  for (int i = 0; i < 3; ++i) {
    const auto error = error_of([&] { add(1); });
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->native_text(), testing::HasSubstr("not today"));
  }
  EXPECT_THAT(error_of([&] { driver_->beam("event::signup", {.at = kTen, .json = "{}"}); })->native_text(),
              testing::HasSubstr("not today"));
  EXPECT_FALSE(driver_->scan("event::signup"));
  other_.run("DROP FUNCTION refuse CASCADE");
  add(1);
  EXPECT_EQ(count(), Number(3));
}

// Such a batch goes with its COMMIT in one request, and without a ledger nobody could tell what became of it.
TEST_P(PostgresOwnRowsTest, AConnectionThatEndedWhileItWasIdleIsReplacedWithoutALedger) {
  const auto name = "idle_" + std::to_string(::getpid());
  const auto idle =
      drivers::postgres(url_ + "&application_name=" + name, {.identity = GetParam().identity, .ledger = false})
          .release();
  for (int i = 0; i < 5; ++i) {
    write(*idle, {{.key = "idle", .increments = {{"count", 1}}}});
    write(*idle, {{.key = "idle", .increments = {{"count", 1}}}});
    other_.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1", {name});
  }
  EXPECT_EQ(read_one(*idle, "idle")["count"], Number(10));
}

}  // namespace
}  // namespace trifle::stats::test
