// PostgreSQL servers of a test's own: configured oddly, read-only, short of room. Killed and stopped they are in
// own_server_test.cpp.

#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/postgres.hpp>

#include "contract/batches.hpp"
#include "contract/postgres_connection.hpp"
#include "fault/own_server_test.hpp"
#include "fault/tls_server_test.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

std::vector<OwnServerKind> own_servers() {
  std::vector<OwnServerKind> all;
  for (const auto& kind : postgres_servers()) {
    all.push_back({kind.name, [](const std::string& url) { return drivers::postgres(url); },
                   [](const std::string& url, std::chrono::milliseconds connect_timeout) {
                     return drivers::postgres(url, {.connect_timeout = connect_timeout});
                   }});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Postgres, OwnServerTest, testing::ValuesIn(own_servers()),
                         [](const auto& kind) { return kind.param.name; });

INSTANTIATE_TEST_SUITE_P(Postgres, FullDiskTest, testing::ValuesIn(own_servers()),
                         [](const auto& kind) { return kind.param.name; });

std::vector<TlsKind> tls_servers() {
  std::vector<TlsKind> all;
  for (const auto& kind : postgres_servers()) {
    all.push_back(
        {.name = kind.name,
         .make = [](const TlsAsked& asked) { return drivers::postgres(server_of<drivers::PostgresServer>(asked)); },
         .localhost = "localhost",
         .tells_user_first = false,
         .make_certified =
             [](const std::string& url) {
               PostgresConnection(url).run("CREATE ROLE certified SUPERUSER LOGIN PASSWORD 'trifle'");
             }});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Postgres, TlsServerTest, testing::ValuesIn(tls_servers()),
                         [](const auto& kind) { return kind.param.name; });

class PostgresServerTest : public OwnServerTest {
 protected:
  std::unique_ptr<detail::RowDriver> open(drivers::PostgresOptions options = {}) const {
    return drivers::postgres(server->url(), std::move(options)).release();
  }
};

INSTANTIATE_TEST_SUITE_P(Servers, PostgresServerTest, testing::ValuesIn(own_servers()),
                         [](const auto& kind) { return kind.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresServerTest);

TEST_P(PostgresServerTest, OddSettingsChangeNothing) {
  PostgresConnection admin(server->url());
  for (const char* setting : {"timezone = 'Asia/Kathmandu'",
                              "datestyle = 'SQL, DMY'",
                              "intervalstyle = 'sql_standard'",
                              "standard_conforming_strings = off",
                              "backslash_quote = off",
                              "escape_string_warning = on",
                              "extra_float_digits = -15",
                              "bytea_output = 'escape'",
                              "xmlbinary = 'hex'",
                              "quote_all_identifiers = on",
                              "default_transaction_isolation = 'serializable'",

                              "default_transaction_deferrable = on",
                              "client_min_messages = debug5",
                              "lc_messages = 'C'",
                              "lc_numeric = 'C'",
                              "row_security = off",
                              "transform_null_equals = on",
                              "enable_indexscan = off",
                              "enable_bitmapscan = off",
                              "enable_tidscan = off",
                              "enable_nestloop = off",
                              "from_collapse_limit = 1",
                              "array_nulls = off",
                              "check_function_bodies = off",
                              "lock_timeout = '60s'",
                              "statement_timeout = '60s'"})
    admin.run(std::string("ALTER ROLE trifle SET ") + setting);
  for (const auto engine : {drivers::PostgresOptions::Engine::Postgres, drivers::PostgresOptions::Engine::Citus}) {
    for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated}) {
      const auto table =
          "t" + std::to_string(static_cast<int>(identity)) + "_" + std::to_string(static_cast<int>(engine));
      const auto driver = open({.identity = identity, .table = table, .engine = engine});
      driver->setup(Setup::Create);
      std::vector<Change> changes;
      for (const auto at : hours(kTen, 100))
        changes.push_back({.key = "\xE6\x9D\xB1 \xF0\x9F\x98\x80'\\", .at = at, .increments = {{"n", 1}, {"f", 0.1}}});
      for (int i = 0; i < 3; ++i) write(*driver, changes);
      const auto expect_each = [&](const Values& expected) {
        const auto found = read(*driver, changes.front().key, "1h", hours(kTen, 100));
        ASSERT_THAT(found, SizeIs(100));
        for (const auto& [at, values] : found) EXPECT_EQ(values, expected) << at;
      };
      expect_each({{"n", 3}, {"f", 0.1 + 0.1 + 0.1}});
      // The same on connections that replace the first ones.
      admin.run(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = current_user AND pid <> "
          "pg_backend_pid()");
      for (int i = 0; i < 2; ++i) write(*driver, changes);
      expect_each({{"n", 5}, {"f", 0.1 + 0.1 + 0.1 + 0.1 + 0.1}});
      driver->beam("w", {.at = kTen, .json = R"({"data.a":1})"});
      EXPECT_EQ(driver->scan("w")->at, kTen);
      EXPECT_EQ(admin.one("SELECT count(*) FROM " + table), "100");
      if (identity != Identity::Full) {
        EXPECT_EQ(admin.one("SELECT extract(epoch FROM min(at))::int8 FROM " + table), std::to_string(kTen));
      }
    }
  }
}

TEST_P(PostgresServerTest, AServerThatBecomesReadOnlyOrFullOfUsersSaysSo) {
  PostgresConnection admin(server->url());
  admin.run("CREATE ROLE app LOGIN PASSWORD 'app' CONNECTION LIMIT 2");
  admin.run("CREATE SCHEMA app AUTHORIZATION app");
  const auto url = "postgresql://app:app@" + address_of(server->url()) + "/trifle";
  const drivers::PostgresOptions impatient{.connect_timeout = 1s};
  const auto driver = drivers::postgres(url, impatient).release();
  driver->setup(Setup::Create);
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));

  const auto other = drivers::postgres(url, impatient).release();  // the two that are allowed are taken
  const auto refused = error_of([&] { write(*other, {{.increments = {{"n", 1}}}}); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code(), ErrorCode::Connection);
  EXPECT_EQ(refused->outcome(), Outcome::NotApplied);
  EXPECT_TRUE(refused->retry_is_safe());
  EXPECT_THAT(refused->what(), testing::HasSubstr("too many"));

  // As after a failover: the server may only be read.
  admin.run("ALTER TABLE app.trifle_stats RENAME TO elsewhere");
  admin.run("CREATE VIEW app.trifle_stats AS SELECT * FROM app.elsewhere");
  admin.run(
      "CREATE FUNCTION app.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
      "'cannot execute UPDATE in a read-only transaction' USING ERRCODE = '25006'; END $$");
  admin.run("DROP VIEW app.trifle_stats");
  admin.run("ALTER TABLE app.elsewhere RENAME TO trifle_stats");
  admin.run("CREATE TRIGGER refuse BEFORE UPDATE ON app.trifle_stats FOR EACH ROW EXECUTE FUNCTION app.refuse()");
  for (int i = 0; i < 2; ++i) {
    const auto error = error_of([&] { write(*driver, {{.increments = {{"n", 1}}}}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::Storage);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->what(), testing::HasSubstr("only be read"));
    EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
  }
  admin.run("DROP TRIGGER refuse ON app.trifle_stats");
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
}

TEST_P(PostgresServerTest, DeadlocksAreRunAgainAndCounted) {
  const auto driver = open();
  driver->setup(Setup::Create);
  std::vector<Change> changes;
  for (const auto at : hours(kTen, 20)) changes.push_back({.at = at, .increments = {{"n", 1}}});
  write(*driver, changes);
  // Somebody who takes the rows from the other end.
  std::atomic<bool> done = false;
  std::thread foreign([&] {
    PostgresConnection other(server->url());
    other.run("SET deadlock_timeout = '5ms'");
    while (!done) {
      try {
        other.run("BEGIN");
        for (int i = 19; i >= 0; --i) {
          other.run("UPDATE trifle_stats SET data = data || '{\"x\":1}' WHERE key = 'event::signup::1h::" +
                    std::to_string(kTen + i * kHour) + "'");
        }
        other.run("COMMIT");
      } catch (const std::exception&) {
        other.run("ROLLBACK");
      }
    }
  });
  PostgresConnection(server->url()).run("ALTER ROLE trifle SET deadlock_timeout = '1ms'");
  const auto impatient = open();
  int written = 1;
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (impatient->retries() < 3 && std::chrono::steady_clock::now() < end) {
    write(*impatient, changes);
    ++written;
  }
  done = true;
  foreign.join();
  EXPECT_GE(impatient->retries(), 3u);
  for (const auto& [at, values] : read(*driver, "event::signup", "1h", hours(kTen, 20)))
    EXPECT_EQ(values.at("n"), Number(written)) << at;
}

}  // namespace
}  // namespace trifle::stats::test
