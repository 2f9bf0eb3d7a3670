#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/server_kind.hpp"
#include "contract/temp_folder.hpp"

struct pg_conn;

namespace trifle::stats::test {

/// PostgreSQL 15 and 18.
std::vector<ServerKind> postgres_kinds();

/// Those whose server is there.
std::vector<ServerKind> postgres_servers();

/// The URL of a schema that belongs to a folder: made when it is first asked for, dropped when the folder is removed.
std::string postgres_schema(const ServerKind& kind, const TempFolder& folder);

/// The same URL, of a server elsewhere (a proxy in front of it).
std::string postgres_schema_at(const std::string& url, const TempFolder& folder);

/// A connection as an application has one, by the client library alone.
class PostgresConnection {
 public:
  explicit PostgresConnection(const std::string& url);

  pg_conn* get() const { return connection_.get(); }

  /// Rows of texts; "NULL" stands for itself. Throws std::runtime_error with what the server said.
  using Rows = std::vector<std::vector<std::string>>;
  Rows run(const std::string& sql, const std::vector<std::string>& parameters = {});
  std::string one(const std::string& sql, const std::vector<std::string>& parameters = {});

  /// A text between quotes, as SQL.
  std::string quoted(std::string_view text) const;

 private:
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
};

}  // namespace trifle::stats::test
