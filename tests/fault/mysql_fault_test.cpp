// MySQL and MariaDB, as the fault tests see them.

#include <memory>

#include <trifle/stats/drivers/mysql.hpp>

#include "contract/mysql_connection.hpp"
#include "fault/server_fault_test.hpp"

namespace trifle::stats::test {
namespace {

Writing writing(const std::string& name, const drivers::MysqlOptions& options) {
  const auto make = [options](const std::string& url, const TempFolder&, const Waits& waits) {
    auto asked = options;
    asked.connect_timeout = waits.connect;
    asked.statement_timeout = waits.reply;
    return drivers::mysql(url + "?tls=off", std::move(asked));
  };
  return {.name = name, .make = make};
}

ServerUnderFault::Session session(const std::string& url) {
  return [other = std::make_shared<MysqlConnection>(url)](const std::string& sql) { return other->one(sql); };
}

// The ledger's entry and COMMIT are one request, and what was read is written back in one before.
const std::string kCount =
    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND STATE LIKE 'Waiting for%'";
const ServerUnderFault::Hold kInCommit = {
    .hold = {"LOCK TABLES trifle_stats_batches READ"}, .count = kCount, .let_go = "UNLOCK TABLES"};
const ServerUnderFault::Hold kBeforeCommit = {
    .prepare = {"CREATE TABLE gate (n INT)",
                "CREATE TRIGGER hold BEFORE UPDATE ON trifle_stats FOR EACH ROW SET @gate = (SELECT COUNT(*) FROM "
                "gate)"},
    .hold = {"LOCK TABLES gate WRITE"},
    .count = kCount,
    .let_go = "UNLOCK TABLES"};

std::vector<ServerUnderFault> servers() {
  std::vector<ServerUnderFault> servers;
  for (const auto& kind : mysql_servers()) {
    servers.push_back({
        .name = kind.name,
        .environment = kind.environment,
        .secret = ":trifle@",
        .url = [kind](const TempFolder& folder) { return mysql_database(kind, folder); },
        .writings = {writing("with a ledger", {}), writing("without a ledger", {.ledger = false})},
        .broken = {ErrorCode::Connection},
        .buffer_commit = {60, 40},
        .sql = session,
        .before_commit = kBeforeCommit,
        .in_commit = kInCommit,
    });
  }
  return servers;
}

INSTANTIATE_TEST_SUITE_P(Mysql, ServerFaultTest, testing::ValuesIn(servers()), server_name);
INSTANTIATE_TEST_SUITE_P(Mysql, SqlFaultTest, testing::ValuesIn(servers()), server_name);
INSTANTIATE_TEST_SUITE_P(Mysql, SqlCommitTest, testing::ValuesIn(servers()), server_name);

}  // namespace
}  // namespace trifle::stats::test
