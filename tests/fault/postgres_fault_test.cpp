// PostgreSQL, as the fault tests see it.

#include <memory>

#include <trifle/stats/drivers/postgres.hpp>

#include "contract/postgres_connection.hpp"
#include "fault/server_fault_test.hpp"

namespace trifle::stats::test {
namespace {

Writing writing(const std::string& name, const drivers::PostgresOptions& options) {
  const auto make = [options](const std::string& url, const TempFolder&, const Waits& waits) {
    auto asked = options;
    asked.connect_timeout = waits.connect;
    asked.statement_timeout = waits.reply;
    return drivers::postgres(url, std::move(asked));
  };
  // Rows that the driver wrote before go with COMMIT in one request.
  return {.name = name, .make = make, .commit_is_apart = false};
}

ServerUnderFault::Session session(const std::string& url) {
  return [other = std::make_shared<PostgresConnection>(url)](const std::string& sql) { return other->one(sql); };
}

const std::string kCount = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";
// A trigger that runs at COMMIT.
const ServerUnderFault::Hold kInCommit = {
    .prepare = {"CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
                "pg_advisory_xact_lock_shared(hashtext(TG_TABLE_SCHEMA::text)); RETURN NULL; END $$",
                "CREATE CONSTRAINT TRIGGER hold AFTER INSERT OR UPDATE ON trifle_stats DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION hold()"},
    .hold = {"SELECT pg_advisory_lock(hashtext(current_schema()::text))"},
    .count = kCount,
    .let_go = "SELECT pg_advisory_unlock(hashtext(current_schema()::text))"};
const ServerUnderFault::Hold kBeforeCommit = {
    .hold = {"BEGIN", "LOCK TABLE trifle_stats_batches IN SHARE MODE"}, .count = kCount, .let_go = "ROLLBACK"};

std::vector<ServerUnderFault> servers() {
  std::vector<ServerUnderFault> servers;
  for (const auto& kind : postgres_servers()) {
    servers.push_back({
        .name = kind.name,
        .environment = kind.environment,
        .secret = ":trifle@",
        .url = [kind](const TempFolder& folder) { return postgres_schema(kind, folder); },
        .writings = {writing("with a ledger", {}), writing("without a ledger", {.ledger = false}),
                     writing("for Citus", {.engine = drivers::PostgresOptions::Engine::Citus})},
        .buffer_commit = {280, 100},
        .sql = session,
        .known_rows_commit_at_once = true,
        .before_commit = kBeforeCommit,
        .in_commit = kInCommit,
    });
  }
  return servers;
}

INSTANTIATE_TEST_SUITE_P(Postgres, ServerFaultTest, testing::ValuesIn(servers()), server_name);
INSTANTIATE_TEST_SUITE_P(Postgres, SqlFaultTest, testing::ValuesIn(servers()), server_name);
INSTANTIATE_TEST_SUITE_P(Postgres, SqlCommitTest, testing::ValuesIn(servers()), server_name);

}  // namespace
}  // namespace trifle::stats::test
