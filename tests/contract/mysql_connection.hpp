#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/server_kind.hpp"
#include "contract/temp_folder.hpp"

struct st_mysql;

namespace trifle::stats::test {

/// MariaDB and MySQL.
std::vector<ServerKind> mysql_kinds();

/// Those whose server is there.
std::vector<ServerKind> mysql_servers();

/// The URL of a database that belongs to a folder: made when it is first asked for, dropped when the folder is removed.
std::string mysql_database(const ServerKind& kind, const TempFolder& folder);

/// A connection as an application has one, by the client library alone.
class MysqlConnection {
 public:
  explicit MysqlConnection(const std::string& url);

  st_mysql* get() const { return db_.get(); }

  /// Rows of texts; "NULL" stands for itself.
  using Rows = std::vector<std::vector<std::string>>;
  Rows run(const std::string& sql);
  std::string one(const std::string& sql);

  /// A text between quotes, as SQL.
  std::string quoted(std::string_view text) const;

 private:
  std::unique_ptr<st_mysql, void (*)(st_mysql*)> db_;
};

}  // namespace trifle::stats::test
