#include "contract/mysql_backends.hpp"

#include <trifle/stats/drivers/mysql.hpp>

#include "contract/lent_driver.hpp"
#include "contract/mysql_connection.hpp"
#include "contract/server_kind.hpp"

namespace trifle::stats::test {
namespace {

drivers::MysqlOptions options_of(Identity identity, const Names& names) {
  return {.identity = identity, .table = names.table, .separator = names.separator};
}

/// The driver on a connection that the "application" lends.
std::unique_ptr<detail::RowDriver> lent(const std::string& url, const drivers::MysqlOptions& options) {
  return lend<MysqlConnection>(url, [&](auto* connection) { return drivers::mysql(connection, options); });
}

}  // namespace

std::vector<Backend> mysql_shared_backends() {
  std::vector<Backend> all;
  for (const auto& kind : mysql_servers()) {
    for (const auto& [identity, name] : kIdentities) {
      const auto id = identity;
      all.push_back({kind.name + "_" + name, id, true, [kind, id](const TempFolder& folder, const Names& names) {
                       return drivers::mysql(mysql_database(kind, folder), options_of(id, names)).release();
                     }});
    }
  }
  return all;
}

std::vector<Backend> mysql_lent_backends() {
  std::vector<Backend> all;
  for (const auto& kind : mysql_servers()) {
    const auto id = kind.name == "mysql" ? Identity::Separated : Identity::Full;
    all.push_back({kind.name + "_lent", id, false,
                   [kind, id](const TempFolder& folder, const Names& names) {
                     return lent(mysql_database(kind, folder), options_of(id, names));
                   },
                   Atomicity::Batch, true});
  }
  return all;
}

}  // namespace trifle::stats::test
