#include "drivers/mysql/options.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <trifle/stats/error.hpp>

#include "driver/option_range.hpp"

namespace trifle::stats::detail::mysql {

void check_options(const drivers::MysqlOptions& options) {
  using std::chrono::milliseconds;
  constexpr milliseconds kHour = std::chrono::hours(1);
  constexpr milliseconds kDay = std::chrono::hours(24);
  check_range<milliseconds::rep>("connect_timeout (milliseconds)", options.connect_timeout.count(), 1, kHour.count());
  check_range<milliseconds::rep>("statement_timeout (milliseconds)", options.statement_timeout.count(), 1,
                                 kDay.count());
  check_range<std::size_t>("max_readers", options.max_readers, 1, 64);
}

void check_server(const drivers::MysqlServer& server) {
  const std::pair<const char*, const std::string*> texts[] = {{"host", &server.host},
                                                              {"socket", &server.socket},
                                                              {"user", &server.user},
                                                              {"password", &server.password},
                                                              {"database", &server.database},
                                                              {"ca_file", &server.ca_file},
                                                              {"certificate_file", &server.certificate_file},
                                                              {"key_file", &server.key_file}};
  for (const auto& [name, text] : texts) {
    if (text->find('\0') != std::string::npos) throw InvalidArgument(std::string(name) + " holds a NUL");
  }
  if (server.host.empty() && server.socket.empty()) throw InvalidArgument("host is empty, and so is socket");
  if (server.database.empty()) throw InvalidArgument("database is empty; it must be the one that holds the tables");
  if (server.port == 0) throw InvalidArgument("port is 0; allowed is 1 to 65535");
  if (server.tls == drivers::Tls::VerifyCa && server.ca_file.empty())
    throw InvalidArgument(
        "ca_file is empty; without it the client library checks no certificate, as VerifyCa asks for");
}

Table checked_table(const drivers::MysqlOptions& options) {
  auto table = Table::of(options);
  check(table);
  return table;
}

}  // namespace trifle::stats::detail::mysql
