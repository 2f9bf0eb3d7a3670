#include <trifle/stats/drivers/mysql.hpp>

#include "compat/mysql_foreign_writer.hpp"
#include "compat/peer_go_server_test.hpp"
#include "compat/server_foreign_writer_test.hpp"

namespace trifle::stats::test {
namespace {

std::vector<ForeignServer> foreign_servers() {
  std::vector<ForeignServer> all;
  for (const auto& kind : mysql_servers()) {
    all.push_back(
        {.name = kind.name,
         .json_is_text = kind.name == "mariadb",
         .url = [kind](const TempFolder& folder) { return mysql_database(kind, folder); },
         .ours =
             [](const std::string& url, Identity identity, const std::string& separator) {
               return drivers::mysql(url + "?tls=off", {.identity = identity, .separator = separator});
             },
         .theirs = [kind](const std::string& url,
                          Identity identity) { return std::make_unique<MysqlForeignWriter>(kind, url, identity); },
         .differences = testing::Contains(testing::HasSubstr("collation")),
         .status_time = "2026-07-15 10:37:45.000000"});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Mysql, ServerForeignWriterTest, testing::ValuesIn(foreign_cases(foreign_servers())),
                         [](const auto& tested) { return testing::PrintToString(tested.param); });

INSTANTIATE_TEST_SUITE_P(Mysql, PeerGoServerTest, testing::ValuesIn(foreign_servers()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace trifle::stats::test
