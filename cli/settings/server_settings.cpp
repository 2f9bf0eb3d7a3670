#include "settings/server_settings.hpp"

#include <array>
#include <charconv>

#include "failure.hpp"
#include "settings/duration.hpp"
#include "settings/server_url.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::chrono::minutes kForAnImport{5};

}  // namespace

std::string server_url(const Settings& settings, const std::string& driver) {
  const std::string& db = settings["db"];
  std::string url = db;
  if (is_url(db)) {
    if (driver_of_scheme(scheme_of(db)) != driver) {
      throw Failure("--db is a " + scheme_of(db) + ":// URL, but the driver is " + driver);
    }
  } else if (!db.empty()) {
    throw Failure("--db is no " + driver + " URL: " +
                  (driver == "postgres" ? "postgresql"
                   : driver == "mongo"  ? "mongodb"
                                        : driver) +
                  "://user@host/database, or use --host, --user, --database");
  } else {
    url = settings["dsn"];
  }
  if (url.empty()) return url;
  for (const char* part : {"host", "port", "user", "database"}) {
    if (settings.flagged(part)) throw Failure(std::string("--") + part + " beside a URL: say it in the URL");
  }
  return url;
}

std::string api_url(const Settings& settings) {
  const std::string& db = settings["db"];
  if (is_url(db)) {
    if (driver_of_scheme(scheme_of(db)) != "api")
      throw Failure("--db is a " + scheme_of(db) + ":// URL, but the driver is api: say --driver " +
                    driver_of_scheme(scheme_of(db)));
    return db;
  }
  if (settings.flagged("db") && settings["url"].empty()) {
    throw Failure("--db " + db +
                  " is no https:// URL, and the driver is api, which the family means without --driver: " +
                  "say --driver sqlite for a file");
  }
  if (settings["url"].empty()) throw Failure("missing base URL: --url, TRIFLE_URL or url in the configuration file");
  return settings["url"];
}

std::uint16_t port_of(const Settings& settings, std::uint16_t otherwise) {
  const std::string_view text = trimmed(settings["port"]);
  if (text.empty()) return otherwise;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    throw Failure("invalid port: " + settings["port"] + " (1 to 65535)");
  }
  return port;
}

std::optional<stats::drivers::Tls> tls_of(const Settings& settings) {
  using stats::drivers::Tls;
  const std::string text = lower(trimmed(settings["tls"]));
  if (text.empty()) return {};
  if (text == "off" || text == "disable") return Tls::Off;
  if (text == "prefer") return Tls::Prefer;
  if (text == "require") return Tls::Require;
  if (text == "verify-ca") return Tls::VerifyCa;
  if (text == "verify-full") return Tls::VerifyFull;
  throw Failure("invalid tls: " + settings["tls"] + " (off, prefer, require, verify-ca or verify-full)");
}

std::chrono::milliseconds connect_timeout_of(const Settings& settings, std::chrono::milliseconds otherwise) {
  const std::string_view text = trimmed(settings["timeout"]);
  if (text.empty()) return otherwise;
  const auto timeout = parse_duration(text);
  if (!timeout) throw Failure("invalid timeout: " + settings["timeout"] + " (e.g. 10s, 500ms)");
  return std::chrono::ceil<std::chrono::milliseconds>(*timeout);
}

std::chrono::milliseconds statement_timeout_for(Access access, std::chrono::milliseconds otherwise) {
  return access == Access::Load ? std::chrono::milliseconds(kForAnImport) : otherwise;
}

}  // namespace trifle::cli
