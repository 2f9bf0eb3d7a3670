// PostgreSQL in the suite of hot rows.

#include <trifle/stats/drivers/postgres.hpp>

#include "concurrency/hot_rows_test.hpp"
#include "contract/postgres_connection.hpp"

namespace trifle::stats::test {
namespace {

std::vector<HotServer> hot_servers() {
  using Engine = drivers::PostgresOptions::Engine;
  const drivers::PostgresOptions tables[] = {{.table = "full"},
                                             {.identity = Identity::Separated, .table = "separated"},
                                             {.table = "citus", .engine = Engine::Citus}};
  std::vector<HotServer> all;
  for (const auto& kind : postgres_servers()) {
    all.push_back({kind.name, [kind](const TempFolder& folder) { return postgres_schema(kind, folder); }, {}});
    for (const auto& options : tables)
      all.back().tables_of.push_back([options](const std::string& url) { return drivers::postgres(url, options); });
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Postgres, HotRowsTest, testing::ValuesIn(hot_servers()),
                         [](const auto& server) { return server.param.name; });

}  // namespace
}  // namespace trifle::stats::test
