#include "contract/mysql_connection.hpp"

#include <mysql.h>

#include <iostream>
#include <mutex>
#include <set>
#include <stdexcept>

#include "drivers/mysql/url.hpp"

namespace trifle::stats::test {
namespace {

std::string with_database(const std::string& url, const std::string& database) {
  return url.substr(0, url.rfind('/') + 1) + database;
}

}  // namespace

std::vector<ServerKind> mysql_kinds() {
  return {{"mariadb", "TRIFLE_TEST_MARIADB_URL"}, {"mysql", "TRIFLE_TEST_MYSQL_URL"}};
}

std::vector<ServerKind> mysql_servers() { return available_of(mysql_kinds()); }

std::string mysql_database(const ServerKind& kind, const TempFolder& folder) {
  static std::mutex mutex;
  static std::set<std::string> made;
  const auto database = folder.path().filename().string();
  const auto url = kind.url();
  const std::lock_guard lock(mutex);
  if (made.insert(kind.name + database).second) {
    MysqlConnection(url).run("CREATE DATABASE IF NOT EXISTS `" + database + "`");
    folder.at_end([url, database] {
      try {
        MysqlConnection(url).run("DROP DATABASE `" + database + "`");
      } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
      }
    });
  }
  return with_database(url, database);
}

MysqlConnection::MysqlConnection(const std::string& url) : db_(mysql_init(nullptr), mysql_close) {
  const auto server = detail::mysql::read_url(url);
  const my_bool off = 0;
  const unsigned seconds = 60;
  mysql_optionsv(db_.get(), MYSQL_OPT_SSL_ENFORCE, &off);
  mysql_optionsv(db_.get(), MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &off);
  mysql_optionsv(db_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_optionsv(db_.get(), MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_optionsv(db_.get(), MYSQL_OPT_READ_TIMEOUT, &seconds);
  if (!mysql_real_connect(db_.get(), server.host.c_str(), server.user.c_str(), server.password.c_str(),
                          server.database.c_str(), server.port, nullptr, 0))
    throw std::runtime_error(mysql_error(db_.get()));
}

MysqlConnection::Rows MysqlConnection::run(const std::string& sql) {
  if (mysql_real_query(db_.get(), sql.data(), sql.size()) != 0)
    throw std::runtime_error(std::string(mysql_error(db_.get())) + " in " + sql.substr(0, 500));
  Rows rows;
  const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(mysql_store_result(db_.get()), mysql_free_result);
  if (!result) return rows;
  while (const MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const auto* const sizes = mysql_fetch_lengths(result.get());
    auto& texts = rows.emplace_back();
    for (unsigned i = 0; i < mysql_num_fields(result.get()); ++i)
      texts.emplace_back(row[i] ? std::string(row[i], sizes[i]) : "NULL");
  }
  return rows;
}

std::string MysqlConnection::one(const std::string& sql) {
  const auto rows = run(sql);
  return rows.empty() ? std::string() : rows.front().front();
}

std::string MysqlConnection::quoted(std::string_view text) const {
  std::string escaped(text.size() * 2 + 1, '\0');
  escaped.resize(mysql_real_escape_string(db_.get(), escaped.data(), text.data(), text.size()));
  return "'" + escaped + "'";
}

}  // namespace trifle::stats::test
