#include <charconv>

#include <trifle/stats/drivers/redis.hpp>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/password.hpp"
#include "settings/server_settings.hpp"
#include "settings/server_url.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::uint16_t kPort = 6379;

int database_of(const Settings& settings) {
  const std::string_view text = trimmed(settings["database"]);
  int number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw Failure("invalid database: " + settings["database"] + " (Redis has numbers, from 0)");
  }
  return number;
}

}  // namespace

stats::Driver redis_driver(const Settings& settings, Access access) {
  if (identity_of(settings) != stats::Identity::Full) {
    throw Failure("--joined " + settings["joined"] + ": redis has full identifiers only");
  }
  if (const auto tls = tls_of(settings); tls && *tls > stats::drivers::Tls::Prefer) {
    throw Failure("--tls " + settings["tls"] + ": the client library of the redis driver has no TLS");
  }
  stats::drivers::RedisOptions options{.separator = settings["separator"]};
  if (const std::string& prefix = settings["prefix"]; !prefix.empty()) options.prefix = prefix;
  options.connect_timeout = connect_timeout_of(settings, options.connect_timeout);
  options.reply_timeout = statement_timeout_for(access, options.reply_timeout);
  const std::string url = server_url(settings, "redis");
  const auto password = password_of(settings);
  if (!url.empty()) {
    return stats::drivers::redis(password ? with_password(url, *password) : url, std::move(options));
  }
  stats::drivers::RedisServer server{.port = port_of(settings, kPort),
                                     .user = settings["user"],
                                     .password = password.value_or(""),
                                     .database = database_of(settings)};
  server.host = settings["host"].empty() ? "127.0.0.1" : settings["host"];
  return stats::drivers::redis(std::move(server), std::move(options));
}

}  // namespace trifle::cli
