#include <trifle/stats/drivers/postgres.hpp>

#include "compat/peer_go_server_test.hpp"
#include "compat/postgres_foreign_writer.hpp"
#include "compat/server_foreign_writer_test.hpp"

namespace trifle::stats::test {
namespace {

std::vector<ForeignServer> foreign_servers() {
  std::vector<ForeignServer> all;
  for (const auto& kind : postgres_servers()) {
    all.push_back({.name = kind.name,
                   .json_is_text = false,
                   .url = [kind](const TempFolder& folder) { return postgres_schema(kind, folder); },
                   .ours =
                       [](const std::string& url, Identity identity, const std::string& separator) {
                         return drivers::postgres(url, {.identity = identity, .separator = separator});
                       },
                   .theirs = [](const std::string& url,
                                Identity identity) { return std::make_unique<PostgresForeignWriter>(url, identity); },
                   .differences = testing::IsEmpty(),
                   .status_time = "2026-07-15 10:37:45+00"});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Postgres, ServerForeignWriterTest, testing::ValuesIn(foreign_cases(foreign_servers())),
                         [](const auto& tested) { return testing::PrintToString(tested.param); });

INSTANTIATE_TEST_SUITE_P(Postgres, PeerGoServerTest, testing::ValuesIn(foreign_servers()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace trifle::stats::test
