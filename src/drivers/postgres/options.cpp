#include "drivers/postgres/options.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include <trifle/stats/error.hpp>

#include "driver/option_range.hpp"

namespace trifle::stats::detail::postgres {
namespace {

const char* sslmode(drivers::Tls tls) {
  switch (tls) {
    case drivers::Tls::Off:
      return "disable";
    case drivers::Tls::Require:
      return "require";
    case drivers::Tls::VerifyCa:
      return "verify-ca";
    case drivers::Tls::VerifyFull:
      return "verify-full";
    case drivers::Tls::Prefer:
      break;
  }
  return "prefer";
}

/// What we rely on; the application may name itself.
void add_ours(Address& address) {
  address.emplace_back("client_encoding", "UTF8");
  address.emplace_back("fallback_application_name", "trifle-stats");
}

}  // namespace

void check_options(const drivers::PostgresOptions& options) {
  using std::chrono::milliseconds;
  constexpr milliseconds kHour = std::chrono::hours(1);
  constexpr milliseconds kDay = std::chrono::hours(24);
  check_range<milliseconds::rep>("connect_timeout (milliseconds)", options.connect_timeout.count(), 1, kHour.count());
  check_range<milliseconds::rep>("statement_timeout (milliseconds)", options.statement_timeout.count(), 1,
                                 kDay.count());
  check_range<std::size_t>("max_readers", options.max_readers, 1, 64);
}

Table checked_table(const drivers::PostgresOptions& options) {
  auto table = Table::of(options);
  check(table);
  return table;
}

Address address_of(const std::string& url) {
  if (url.find('\0') != std::string::npos) throw InvalidArgument("the URL of the server holds a NUL");
  // A password that isn't escaped would be taken for a host, and told in an error.
  if (const auto start = url.find("://"); start != std::string::npos && url.starts_with("postgres")) {
    const auto end = url.find_first_of("/?", start + 3);
    const auto authority = url.substr(start + 3, end == std::string::npos ? end : end - start - 3);
    if (std::count(authority.begin(), authority.end(), '@') > 1)
      throw InvalidArgument("the URL of the server has more than one '@'; write the one of a user or password as %40");
  }
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> parsed(PQconninfoParse(url.c_str(), nullptr),
                                                                              PQconninfoFree);
  // What libpq says of it may repeat it.
  if (!parsed) {
    throw InvalidArgument(
        "the URL of the server can't be read; it looks like postgresql://user:password@host:5432/database, and what is "
        "not a letter or digit in its parts is written as %XX");
  }
  Address address{{"gssencmode", "disable"}, {"dbname", url}};
  add_ours(address);
  return address;
}

Address address_of(const drivers::PostgresServer& server) {
  Address address{{"gssencmode", "disable"}, {"port", std::to_string(server.port)}, {"sslmode", sslmode(server.tls)}};
  const auto add = [&](const char* keyword, const std::string& value) {
    if (value.find('\0') != std::string::npos)
      throw InvalidArgument("the server's " + std::string(keyword) + " holds a NUL");
    if (!value.empty()) address.emplace_back(keyword, value);
  };
  if (server.port == 0) throw InvalidArgument("the server's port is 0; allowed is 1 to 65535");
  add("host", server.host);
  add("user", server.user);
  add("password", server.password);
  add("sslrootcert", server.ca_file);
  add("sslcert", server.certificate_file);
  add("sslkey", server.key_file);
  add_ours(address);
  // A name of a database that looks like a URL would be one.
  if (server.database.find("://") != std::string::npos || server.database.find('=') != std::string::npos)
    throw InvalidArgument("the server's database is '" + server.database + "'; '=' and '://' are not allowed in it");
  add("dbname", server.database);
  return address;
}

}  // namespace trifle::stats::detail::postgres
