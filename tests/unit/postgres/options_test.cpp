// What may be asked of the PostgreSQL driver, refused before anything is connected; and no secret is told.

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <trifle/stats/drivers/postgres.hpp>
#include <trifle/stats/error.hpp>

#include "drivers/postgres/exact_digits.hpp"
#include "drivers/postgres/parameters.hpp"
#include "drivers/postgres/statements.hpp"

namespace trifle::stats {
namespace {

using namespace std::chrono_literals;
using detail::Table;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::function<void()>& make) {
  try {
    make();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return {};
}

TEST(PostgresOptionsTest, WrongOnesAreNamed) {
  const std::string url = "postgresql://app@127.0.0.1:1/metrics";
  const auto with = [&](drivers::PostgresOptions options) {
    return refusal([&] { (void)drivers::postgres(url, options); });
  };
  EXPECT_EQ(with({}), "");
  EXPECT_THAT(with({.table = ""}), HasSubstr("table"));
  EXPECT_THAT(with({.table = std::string("a\0b", 3)}), HasSubstr("NUL"));
  EXPECT_THAT(with({.table = "\xFF"}), HasSubstr("UTF-8"));
  EXPECT_THAT(with({.table = std::string(64, 'x')}), HasSubstr("63"));
  EXPECT_THAT(with({.table = std::string(60, 'x')}), HasSubstr("63")) << "its ledger has a longer name";
  EXPECT_THAT(with({.table = "t", .status_table = "t"}), HasSubstr("two tables"));
  EXPECT_THAT(with({.separator = ""}), HasSubstr("separator"));
  EXPECT_THAT(with({.connect_timeout = 0ms}), HasSubstr("connect_timeout"));
  EXPECT_THAT(with({.statement_timeout = -1ms}), HasSubstr("statement_timeout"));
  EXPECT_THAT(with({.max_readers = 0}), HasSubstr("max_readers"));
  EXPECT_THAT(refusal([] { (void)drivers::postgres(static_cast<pg_conn*>(nullptr)); }), HasSubstr("null"));
}

TEST(PostgresOptionsTest, AUrlThatCantBeReadIsRefusedWithoutItsPassword) {
  for (const char* url :
       {"postgresql://app:sec%zzret@host/metrics", "postgresql://app:secret@host/metrics?no_such_parameter=1",
        "postgresql://app:sec@ret@host/m", "mysql://app:secret@host/metrics", "secret", "host=h password='secret"}) {
    const auto told = refusal([&] { (void)drivers::postgres(url); });
    EXPECT_THAT(told, Not(testing::IsEmpty())) << url;
    EXPECT_THAT(told, testing::AllOf(Not(HasSubstr("secret")), Not(HasSubstr("ret@"))));
  }
  EXPECT_EQ(refusal([] { (void)drivers::postgres("host=h password='secret'"); }), "");
}

TEST(PostgresOptionsTest, FieldsOfTheServer) {
  EXPECT_THAT(refusal([] { (void)drivers::postgres(drivers::PostgresServer{.port = 0}); }), HasSubstr("port"));
  EXPECT_THAT(refusal([] { (void)drivers::postgres(drivers::PostgresServer{.database = "postgresql://elsewhere"}); }),
              HasSubstr("database"));
  const auto told =
      refusal([] { (void)drivers::postgres(drivers::PostgresServer{.password = std::string("sec\0ret", 7)}); });
  EXPECT_THAT(told, testing::AllOf(HasSubstr("password"), Not(HasSubstr("sec\0"))));
}

TEST(PostgresOptionsTest, NamesOfTablesAreQuoted) {
  EXPECT_EQ(detail::postgres::quoted(R"(a"; DROP TABLE b; --)"), R"("a""; DROP TABLE b; --")");
}

// Citus refuses functions that are not IMMUTABLE in what an upsert sets, locking reads over its shards, and VALUES with
// a subquery.
TEST(PostgresStatementsTest, CitusIsAskedForWhatItTakesOnly) {
  for (const auto identity : {Identity::Full, Identity::Partial, Identity::Separated}) {
    const Table table{.identity = identity, .name = "t", .status_name = "p", .ledger_name = "b"};
    for (const auto& sql : {detail::postgres::increment_rows(table), detail::postgres::set_rows(table)}) {
      const auto update = sql.substr(sql.find("DO UPDATE"));
      for (const char* refused :
           {"to_jsonb", "jsonb_build", "format(", "concat(", "now()", "random", "clock_timestamp"})
        EXPECT_THAT(update, Not(HasSubstr(refused)));
      EXPECT_THAT(sql, Not(HasSubstr("FOR UPDATE")));
      EXPECT_THAT(sql, Not(HasSubstr("FOR NO KEY UPDATE")));
      EXPECT_THAT(sql, Not(HasSubstr("VALUES")));
    }
    for (const auto& sql : {detail::postgres::find_rows(table), detail::postgres::prune_batches_unlocked(table),
                            detail::postgres::insert_batch(table)})
      EXPECT_THAT(sql, Not(HasSubstr("FOR ")));
  }
}

TEST(PostgresDigitsTest, ADoubleThatJsonbWouldTakeForAnotherIntegerHasAllItsDigits) {
  const auto written = [](std::string row) {
    detail::postgres::write_all_digits(row);
    return row;
  };
  EXPECT_EQ(written(R"({"a":4.611686018427e+18})"), R"({"a":4611686018426999808})");
  EXPECT_EQ(written(R"({"a":1e+16,"b":1,"c":"1e+17"})"), R"({"a":10000000000000000,"b":1,"c":"1e+17"})");
  EXPECT_EQ(written(R"({"e+1":1.5,"x":1e+19})"), R"({"e+1":1.5,"x":1e+19})");
}

TEST(PostgresParametersTest, TimesAreMicrosecondsSince2000) {
  detail::postgres::Parameters parameters;
  parameters.time(946'684'801);
  EXPECT_EQ(detail::postgres::read_int8(parameters[0]), 1'000'000);
  EXPECT_EQ(detail::postgres::read_time(parameters[0]).at, 946'684'801);
  parameters.int8(-1);
  const auto before = detail::postgres::read_time(parameters[1]);
  EXPECT_EQ(before.at, 946'684'799);
  EXPECT_FALSE(before.is_whole);
}

}  // namespace
}  // namespace trifle::stats
