#include "contract/postgres_backends.hpp"

#include <trifle/stats/drivers/postgres.hpp>

#include "contract/lent_driver.hpp"
#include "contract/postgres_connection.hpp"
#include "contract/server_kind.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::test {
namespace {

using drivers::PostgresOptions;

PostgresOptions options_of(Identity identity, const Names& names,
                           PostgresOptions::Engine engine = PostgresOptions::Engine::Postgres) {
  return {.identity = identity, .table = names.table, .separator = names.separator, .engine = engine};
}

/// The driver on a connection that the "application" lends.
std::unique_ptr<detail::RowDriver> lent(const std::string& url, const PostgresOptions& options) {
  return lend<PostgresConnection>(url, [&](auto* connection) { return drivers::postgres(connection, options); });
}

/// As the sisters' setup makes it.
std::string sisters_table(Identity identity, const std::string& name) {
  const std::string table = "CREATE TABLE IF NOT EXISTS " + detail::postgres::quoted(name);
  const std::string data = "data JSONB NOT NULL DEFAULT '{}'::jsonb";
  switch (identity) {
    case Identity::Partial:
      return table + " (key VARCHAR(255) NOT NULL, at TIMESTAMPTZ NOT NULL, " + data + ", PRIMARY KEY (key, at))";
    case Identity::Separated:
      return table + " (key VARCHAR(255) NOT NULL, granularity VARCHAR(255) NOT NULL, at TIMESTAMPTZ NOT NULL, " +
             data + ", PRIMARY KEY (key, granularity, at))";
    case Identity::Full:
      break;
  }
  return table + " (key VARCHAR(255) PRIMARY KEY, " + data + ")";
}

}  // namespace

std::vector<Backend> postgres_shared_backends() {
  std::vector<Backend> all;
  for (const auto& kind : postgres_servers()) {
    for (const auto& [identity, name] : kIdentities) {
      const auto id = identity;
      const std::string suffix = name;
      all.push_back({kind.name + "_" + suffix, id, true, [kind, id](const TempFolder& folder, const Names& names) {
                       return drivers::postgres(postgres_schema(kind, folder), options_of(id, names)).release();
                     }});
      all.push_back(
          {kind.name + "_citus_" + suffix, id, true, [kind, id](const TempFolder& folder, const Names& names) {
             return drivers::postgres(postgres_schema(kind, folder),
                                      options_of(id, names, PostgresOptions::Engine::Citus))
                 .release();
           }});
    }
  }
  return all;
}

std::vector<Backend> postgres_own_backends() {
  std::vector<Backend> all;
  for (const auto& kind : postgres_servers()) {
    for (const auto& [identity, name] : kIdentities) {
      const auto id = identity;
      const std::string suffix = name;
      all.push_back({kind.name + "_lent_" + suffix, id, false,
                     [kind, id](const TempFolder& folder, const Names& names) {
                       return lent(postgres_schema(kind, folder), options_of(id, names));
                     },
                     Atomicity::Batch, true});
      all.push_back(
          {kind.name + "_sisters_" + suffix, id, true, [kind, id](const TempFolder& folder, const Names& names) {
             const auto url = postgres_schema(kind, folder);
             PostgresConnection connection(url);
             connection.run("SET client_min_messages = warning");
             connection.run(sisters_table(id, names.table));
             return drivers::postgres(url, options_of(id, names)).release();
           }});
    }
  }
  return all;
}

}  // namespace trifle::stats::test
