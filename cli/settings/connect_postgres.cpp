#include <trifle/stats/drivers/postgres.hpp>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/environment.hpp"
#include "settings/password.hpp"
#include "settings/server_settings.hpp"
#include "settings/server_url.hpp"

namespace trifle::cli {
namespace {

using stats::drivers::Tls;

constexpr std::uint16_t kPort = 5432;

const char* sslmode(Tls tls) {
  switch (tls) {
    case Tls::Off:
      return "disable";
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

/// In libpq's connection strings, the later of two is the one that holds.
class ConnectionString {
 public:
  explicit ConnectionString(std::string text) : text_(std::move(text)) {}

  void add(const char* name, const std::string& value) {
    if (value.empty()) return;
    if (is_url(text_)) {
      text_ = with_parameter(std::move(text_), name, value);
      return;
    }
    text_.append(" ").append(name).append("='");
    for (const char c : value) {
      if (c == '\'' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '\'';
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The family's default, unless libpq's own variable says it.
std::string or_default(const std::string& chosen, const char* variable, const char* fallback) {
  if (!chosen.empty() || !environment(variable).empty() || !environment("PGSERVICE").empty()) return chosen;
  return fallback;
}

stats::drivers::PostgresServer server_of(const Settings& settings) {
  stats::drivers::PostgresServer server{.host = or_default(settings["host"], "PGHOST", "127.0.0.1"),
                                        .port = port_of(settings, kPort),
                                        .user = or_default(settings["user"], "PGUSER", "postgres"),
                                        .password = password_of(settings).value_or(""),
                                        .database = or_default(settings["database"], "PGDATABASE", "trifle_stats"),
                                        .ca_file = expand_home(settings["tls-ca"]),
                                        .certificate_file = expand_home(settings["tls-cert"]),
                                        .key_file = expand_home(settings["tls-key"])};
  if (const auto tls = tls_of(settings)) server.tls = *tls;
  return server;
}

}  // namespace

stats::Driver postgres_driver(const Settings& settings, Access access) {
  stats::drivers::PostgresOptions options{
      .identity = identity_of(settings), .table = settings["table"], .separator = settings["separator"]};
  options.connect_timeout = connect_timeout_of(settings, options.connect_timeout);
  options.statement_timeout = statement_timeout_for(access, options.statement_timeout);
  const std::string url = server_url(settings, "postgres");
  if (url.empty()) return stats::drivers::postgres(server_of(settings), std::move(options));

  ConnectionString connection(url);
  connection.add("password", password_of(settings).value_or(""));
  if (const auto tls = tls_of(settings); tls && (settings.flagged("tls") || !has_parameter(url, "sslmode"))) {
    connection.add("sslmode", sslmode(*tls));
  }
  connection.add("sslrootcert", expand_home(settings["tls-ca"]));
  connection.add("sslcert", expand_home(settings["tls-cert"]));
  connection.add("sslkey", expand_home(settings["tls-key"]));
  return stats::drivers::postgres(connection.text(), std::move(options));
}

}  // namespace trifle::cli
