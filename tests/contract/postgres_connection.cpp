#include "contract/postgres_connection.hpp"

#include <libpq-fe.h>

#include <iostream>
#include <mutex>
#include <set>
#include <stdexcept>

namespace trifle::stats::test {

std::vector<ServerKind> postgres_kinds() {
  return {{"postgres", "TRIFLE_TEST_POSTGRES_URL"}, {"postgres18", "TRIFLE_TEST_POSTGRES18_URL"}};
}

std::vector<ServerKind> postgres_servers() { return available_of(postgres_kinds()); }

std::string postgres_schema(const ServerKind& kind, const TempFolder& folder) {
  static std::mutex mutex;
  static std::set<std::string> made;
  const auto schema = folder.path().filename().string();
  const auto url = kind.url();
  const std::lock_guard lock(mutex);
  if (made.insert(kind.name + schema).second) {
    PostgresConnection(url).run("CREATE SCHEMA IF NOT EXISTS \"" + schema + "\"");
    folder.at_end([url, schema] {
      try {
        PostgresConnection connection(url);
        connection.run("SET client_min_messages = warning");
        connection.run("DROP SCHEMA \"" + schema + "\" CASCADE");
      } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
      }
    });
  }
  return postgres_schema_at(url, folder);
}

std::string postgres_schema_at(const std::string& url, const TempFolder& folder) {
  // The name has capitals, so it needs its quotes.
  // No test cuts the power: commits need not wait for the disk. Nor need a deadlock, where a test provokes some.
  return url + "?options=-csynchronous_commit%3Doff%20-cdeadlock_timeout%3D20ms%20-csearch_path%3D%22" +
         folder.path().filename().string() + "%22";
}

PostgresConnection::PostgresConnection(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
  if (PQstatus(get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(get()));
}

PostgresConnection::Rows PostgresConnection::run(const std::string& sql, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter.c_str());
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(
      values.empty() ? PQexec(get(), sql.c_str())
                     : PQexecParams(get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                                    nullptr, nullptr, 0),
      PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error(std::string(PQerrorMessage(get())) + " in " + sql.substr(0, 500));
  Rows rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& texts = rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      texts.emplace_back(PQgetisnull(result.get(), row, column) ? "NULL" : PQgetvalue(result.get(), row, column));
    }
  }
  return rows;
}

std::string PostgresConnection::one(const std::string& sql, const std::vector<std::string>& parameters) {
  const auto rows = run(sql, parameters);
  return rows.empty() ? std::string() : rows.front().front();
}

std::string PostgresConnection::quoted(std::string_view text) const {
  const std::unique_ptr<char, void (*)(void*)> escaped(PQescapeLiteral(get(), text.data(), text.size()), PQfreemem);
  return escaped.get();
}

}  // namespace trifle::stats::test
