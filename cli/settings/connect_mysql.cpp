#include <trifle/stats/drivers/mysql.hpp>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/environment.hpp"
#include "settings/go_dsn.hpp"
#include "settings/password.hpp"
#include "settings/server_settings.hpp"
#include "settings/server_url.hpp"

namespace trifle::cli {
namespace {

using stats::drivers::MysqlServer;
using stats::drivers::Tls;

constexpr std::uint16_t kPort = 3306;

std::string or_default(const std::string& chosen, const char* fallback) { return chosen.empty() ? fallback : chosen; }

const char* tls_name(Tls tls) {
  switch (tls) {
    case Tls::Off:
      return "off";
    case Tls::Prefer:
      return "prefer";
    case Tls::Require:
      return "require";
    case Tls::VerifyCa:
      return "verify-ca";
    case Tls::VerifyFull:
      break;
  }
  return "verify-full";
}

/// What stands in fields, whether these are settings or parts of the family's connection string.
void complete(MysqlServer& server, const Settings& settings) {
  if (const auto password = password_of(settings)) server.password = *password;
  if (server.password.empty()) server.password = environment("MYSQL_PWD");
  if (const auto tls = tls_of(settings)) server.tls = *tls;
  server.ca_file = expand_home(settings["tls-ca"]);
  server.certificate_file = expand_home(settings["tls-cert"]);
  server.key_file = expand_home(settings["tls-key"]);
}

std::string complete_url(const std::string& given, const Settings& settings) {
  std::string url = given;
  if (scheme_of(url) == "mariadb") url = "mysql" + url.substr(url.find(':'));
  if (const auto password = password_of(settings)) {
    url = with_password(url, *password);
  } else if (const std::string found = environment("MYSQL_PWD"); !found.empty() && !holds_password(url)) {
    url = with_password(url, found);
  }
  const auto add = [&](const char* setting, const char* parameter, const std::string& value) {
    if (value.empty()) return;
    if (!has_parameter(url, parameter)) {
      url = with_parameter(std::move(url), parameter, value);
    } else if (settings.flagged(setting)) {
      throw Failure(std::string("--") + setting + " beside a URL that says it: say it once");
    }
  };
  if (const auto tls = tls_of(settings)) add("tls", "tls", tls_name(*tls));
  add("tls-ca", "ca", expand_home(settings["tls-ca"]));
  add("tls-cert", "cert", expand_home(settings["tls-cert"]));
  add("tls-key", "key", expand_home(settings["tls-key"]));
  return url;
}

}  // namespace

stats::Driver mysql_driver(const Settings& settings, Access access) {
  stats::drivers::MysqlOptions options{
      .identity = identity_of(settings), .table = settings["table"], .separator = settings["separator"]};
  options.connect_timeout = connect_timeout_of(settings, options.connect_timeout);
  options.statement_timeout = statement_timeout_for(access, options.statement_timeout);
  const std::string url = server_url(settings, "mysql");
  if (is_url(url)) return stats::drivers::mysql(complete_url(url, settings), std::move(options));

  MysqlServer server{.host = or_default(settings["host"], "127.0.0.1"),
                     .port = port_of(settings, kPort),
                     .user = or_default(settings["user"], "root"),
                     .database = or_default(settings["database"], "trifle_stats")};
  if (!url.empty()) server = parse_go_dsn(url);
  complete(server, settings);
  return stats::drivers::mysql(std::move(server), std::move(options));
}

}  // namespace trifle::cli
