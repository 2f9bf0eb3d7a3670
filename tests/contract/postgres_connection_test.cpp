// How the PostgreSQL driver connects, what it leaves of a lent connection, and what it makes of tables as they are.

#include <cmath>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <libpq-fe.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/postgres.hpp>

#include "contract/batches.hpp"
#include "contract/child.hpp"
#include "contract/postgres_connection.hpp"

namespace trifle::stats::test {
namespace {

using drivers::PostgresOptions;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PostgresConnectionTest : public testing::TestWithParam<ServerKind> {
 protected:
  std::string url() const { return postgres_schema(GetParam(), folder); }
  std::unique_ptr<detail::RowDriver> open(PostgresOptions options = {}) const {
    auto driver = drivers::postgres(url(), std::move(options)).release();
    driver->setup(Setup::Create);
    return driver;
  }

  /// What connecting comes to: empty where it works.
  static std::string outcome(const std::string& url) {
    try {
      drivers::postgres(url, {.connect_timeout = std::chrono::seconds(2)}).release()->setup(Setup::Check);
      return {};
    } catch (const Error& error) {
      EXPECT_EQ(error.outcome(), Outcome::NotApplied);
      return error.what() + error.native_text();
    }
  }

  TempFolder folder;
};

INSTANTIATE_TEST_SUITE_P(Servers, PostgresConnectionTest, testing::ValuesIn(postgres_servers()),
                         [](const auto& kind) { return kind.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresConnectionTest);

// The servers of the tests have no TLS.
TEST_P(PostgresConnectionTest, TlsIsWhatWasAskedForOrThereIsNoConnection) {
  for (const char* mode : {"disable", "allow", "prefer"}) EXPECT_EQ(outcome(url() + "&sslmode=" + mode), "") << mode;
  for (const char* mode : {"require", "verify-ca", "verify-full"})
    EXPECT_THAT(outcome(url() + "&sslmode=" + mode), Not(IsEmpty())) << mode;
}

TEST_P(PostgresConnectionTest, WithoutAccessNoPasswordIsTold) {
  const auto at = GetParam().url().substr(GetParam().url().find('@'));
  EXPECT_THAT(outcome("postgresql://trifle:a-wrong-secret" + at),
              testing::AllOf(HasSubstr("refused to log in"), Not(HasSubstr("secret"))));
  EXPECT_THAT(outcome(GetParam().url() + "_missing"),
              testing::AllOf(HasSubstr("_missing"), Not(HasSubstr(":trifle@"))));
  EXPECT_THAT(outcome("postgresql://trifle:secret@127.0.0.1:1/trifle"),
              testing::AllOf(HasSubstr("can't be reached"), Not(HasSubstr("secret"))));
}

TEST_P(PostgresConnectionTest, ALentConnectionIsLeftAsItWas) {
  PostgresConnection lent(url());
  lent.run("SET timezone = 'Asia/Kathmandu'");
  lent.run("SET statement_timeout = '77s'");
  const auto* const settings = "SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings";
  const auto before = lent.one(settings);
  {
    const auto driver = drivers::postgres(lent.get()).release();
    EXPECT_FALSE(driver->traits().background);
    driver->setup(Setup::Create);
    for (int i = 0; i < 2; ++i) write(*driver, {{.increments = {{"n", 1}}}});
    EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
    driver->beam("w", {.at = 1, .json = "{}"});
    EXPECT_TRUE(driver->scan("w"));
    EXPECT_THROW(write(*driver, {{.increments = {{"n", INFINITY}}}}), StorageError);
  }
  EXPECT_EQ(lent.one(settings), before);
  EXPECT_EQ(PQtransactionStatus(lent.get()), PQTRANS_IDLE);
  EXPECT_EQ(PQisnonblocking(lent.get()), 0);
  EXPECT_EQ(PQpipelineStatus(lent.get()), PQ_PIPELINE_OFF);
}

TEST_P(PostgresConnectionTest, ALentConnectionWithATransactionOpenIsNotWrittenTo) {
  PostgresConnection lent(url());
  const auto driver = drivers::postgres(lent.get()).release();
  driver->setup(Setup::Create);
  lent.run("BEGIN");
  lent.run("CREATE TABLE theirs AS SELECT 1 AS n");
  const std::function<void()> calls[] = {[&] {
                                           write(*driver, {{.increments = {{"n", 1}}}});
                                         },
                                         [&] { driver->beam("w", {.at = 1, .json = "{}"}); },
                                         [&] { driver->setup(Setup::Create); }};
  for (const auto& call : calls) {
    const auto error = error_of(call);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->outcome(), Outcome::NotApplied);
    EXPECT_TRUE(error->retry_is_safe());
    EXPECT_THAT(error->what(), HasSubstr("transaction open"));
  }
  EXPECT_THAT(read_one(*driver), IsEmpty()) << "reading may go on within it";
  lent.run("COMMIT");
  EXPECT_EQ(lent.one("SELECT n FROM theirs"), "1");
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 1}}));
}

TEST_P(PostgresConnectionTest, ALentConnectionServesTheThreadThatLentItAndHeals) {
  PostgresConnection lent(url());
  const auto driver = drivers::postgres(lent.get()).release();
  driver->setup(Setup::Create);
  std::thread([&] { EXPECT_THROW(write(*driver, {{.increments = {{"n", 1}}}}), InvalidArgument); }).join();
  write(*driver, {{.increments = {{"n", 1}}}});
  lent.run("DISCARD ALL");
  lent.run("SET search_path = \"" + folder.path().filename().string() + "\"");
  EXPECT_THROW(write(*driver, {{.increments = {{"n", 1}}}}), StorageError) << "what was prepared is gone";
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 2}}));
  lent.run("SET client_encoding = 'LATIN1'");
  EXPECT_THROW((void)drivers::postgres(lent.get()), InvalidArgument);
}

TEST_P(PostgresConnectionTest, NumbersAreThoseOfTheLibrary) {
  for (const auto engine : {PostgresOptions::Engine::Postgres, PostgresOptions::Engine::Citus}) {
    const auto driver = open({.table = engine == PostgresOptions::Engine::Citus ? "c" : "p", .engine = engine});
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    constexpr double kWide = 4'611'686'018'427'000'320.0;  // written short it reads as …000
    const double tiny = std::numeric_limits<double>::denorm_min();
    Values sum;
    for (int i = 0; i < 10; ++i) {
      const Values increments{{"tenth", 0.1},   {"odd", (std::int64_t{1} << 53) + 1},
                              {"edge", kMax},   {"large", 1e300},
                              {"tiny", tiny},   {"mixed", i % 2 ? Number(1) : Number(0.25)},
                              {"minus", -kMax}, {"wide", i == 0 ? Number(kWide) : Number(0)}};
      write(*driver, {{.increments = increments}});
      for (const auto& [name, number] : increments) sum[name] += number;
      EXPECT_EQ(read_one(*driver), sum) << i;
    }
    EXPECT_EQ(sum.at("tenth"), Number(0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1));
  }
}

TEST_P(PostgresConnectionTest, WhatIsNoNumberIsReplacedAndTheRestStays) {
  PostgresConnection admin(url());
  for (const auto engine : {PostgresOptions::Engine::Postgres, PostgresOptions::Engine::Citus}) {
    const std::string table = engine == PostgresOptions::Engine::Citus ? "c" : "p";
    const auto driver = open({.table = table, .engine = engine});
    admin.run("INSERT INTO " + table +
              R"( VALUES ('event::signup::1h::1784109600', '{"n":"text","s":null,"t":true,"other":"stays"}'))");
    write(*driver, {{.increments = {{"n", 2}, {"t", 1}}, .sets = {{"s", 3}}}});
    EXPECT_EQ(read_one(*driver), (Values{{"n", 2}, {"s", 3}, {"t", 1}})) << table;
    EXPECT_EQ(admin.one("SELECT data->>'other' FROM " + table), "stays");
  }
}

TEST_P(PostgresConnectionTest, KeysThatLookAlikeAndKeysThatAreLong) {
  std::string key;
  for (int i = 0; i < 255; ++i) key += "\xC3\xBC";  // 255 code points
  const auto driver = open({.identity = Identity::Separated});
  const std::vector<std::string> keys = {"Signup", "signup", "sign\xC3\xBCp", "signup ", key};
  std::int64_t n = 0;
  for (const auto& each : keys) {
    write(*driver, {{.key = each, .increments = {{"n", ++n}}}});
    driver->beam(each, {.at = n, .json = "{}"});
  }
  n = 0;
  for (const auto& each : keys) {
    EXPECT_EQ(read_one(*driver, each), (Values{{"n", ++n}}));
    EXPECT_EQ(driver->scan(each)->at, n);
  }
  const auto error = error_of([&] { write(*driver, {{.key = key + "x", .increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_FALSE(error->retry_is_safe());

  trifle::Stats stats(drivers::postgres(url(), {.identity = Identity::Separated}), {.granularities = {"1h"}});
  EXPECT_THROW(stats.track(key + "x", Instant::from_unix(kTen), {{"n", 1}}), InvalidArgument) << "before any write";
}

TEST_P(PostgresConnectionTest, ItsTablesLeaveRoomForARowsNextVersionAndCompareKeysByTheirBytes) {
  PostgresConnection admin(url());
  for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated}) {
    const auto table = "t" + std::to_string(static_cast<int>(identity));
    open({.identity = identity, .table = table});
    EXPECT_EQ(admin.one("SELECT reloptions FROM pg_class WHERE oid = '" + table + "'::regclass"), "{fillfactor=80}");
    EXPECT_EQ(admin.one("SELECT collname FROM pg_attribute a JOIN pg_collation c ON c.oid = attcollation WHERE "
                        "attrelid = '" +
                        table + "'::regclass AND attname = 'key'"),
              "C");
  }
}

TEST_P(PostgresConnectionTest, ATableThatIsWeakerIsUsedAndTold) {
  PostgresConnection admin(url());
  admin.run("CREATE TABLE trifle_stats (key varchar(255), data jsonb NOT NULL DEFAULT '{}', more int NOT NULL)");
  admin.run("CREATE UNLOGGED TABLE trifle_stats_ping (key text PRIMARY KEY, at timestamp NOT NULL, data json)");
  admin.run("CREATE VIEW trifle_stats_batches AS SELECT 1 AS id");
  const auto report = drivers::postgres(url()).release()->setup(Setup::Check);
  EXPECT_THAT(report.missing, IsEmpty());
  for (const char* told : {"no primary key", "'more' that must be given", "unlogged", "type timestamp without",
                           "'data' of type json", "is no table"})
    EXPECT_THAT(report.differences, Contains(HasSubstr(told)));
}

TEST_P(PostgresConnectionTest, PartitionsAndTriggersLoseNothing) {
  PostgresConnection admin(url());
  admin.run(
      "CREATE TABLE trifle_stats (key varchar(255), at timestamptz, data jsonb NOT NULL, PRIMARY KEY (key, at)) "
      "PARTITION BY HASH (key)");
  for (int i = 0; i < 3; ++i) {
    const auto n = std::to_string(i);
    admin.run("CREATE TABLE part" + n + " PARTITION OF trifle_stats FOR VALUES WITH (MODULUS 3, REMAINDER " + n + ")");
  }
  {
    const auto driver = open({.identity = Identity::Partial});
    std::vector<Change> changes;
    for (int i = 0; i < 300; ++i) changes.push_back({.key = "k" + std::to_string(i), .increments = {{"n", i}}});
    for (int i = 0; i < 3; ++i) write(*driver, changes);
    for (int i = 0; i < 300; ++i) ASSERT_EQ(read_one(*driver, "k" + std::to_string(i)), (Values{{"n", 3 * i}})) << i;
  }
  admin.run("CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$");
  admin.run("CREATE TRIGGER skip BEFORE UPDATE ON part0 FOR EACH ROW EXECUTE FUNCTION skip()");
  admin.run("CREATE TRIGGER skip BEFORE UPDATE ON part1 FOR EACH ROW EXECUTE FUNCTION skip()");
  admin.run("CREATE TRIGGER skip BEFORE UPDATE ON part2 FOR EACH ROW EXECUTE FUNCTION skip()");
  const auto driver = open({.identity = Identity::Partial});
  const auto error = error_of([&] { write(*driver, {{.key = "k7", .increments = {{"n", 1}}}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->outcome(), Outcome::NotApplied);
  EXPECT_THAT(error->what(), HasSubstr("trigger"));
}

TEST_P(PostgresConnectionTest, AChildGoesOnWithConnectionsOfItsOwn) {
  const auto driver = open();
  write(*driver, {{.increments = {{"n", 1}}}});
  const auto maker = driver->maker();
  Child child([&] {
    try {
      write(*driver, {{.increments = {{"n", 1}}}});
      return false;
    } catch (const ConnectionError&) {
    }
    write(*maker(), {{.increments = {{"n", 1}}}});
    return true;
  });
  EXPECT_TRUE(child.succeeded());
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver), (Values{{"n", 3}}));
}

TEST_P(PostgresConnectionTest, TheLedgerForgetsAfterADay) {
  PostgresConnection admin(url());
  {
    const auto driver = open();
    write(*driver, {{.increments = {{"n", 1}}}});
  }
  admin.run("UPDATE trifle_stats_batches SET at = now() - interval '25 hours'");
  const auto driver = open();
  write(*driver, {{.increments = {{"n", 1}}}});
  EXPECT_EQ(admin.one("SELECT count(*) FROM trifle_stats_batches"), "1");
}

}  // namespace
}  // namespace trifle::stats::test
