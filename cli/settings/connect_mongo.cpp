#include <trifle/stats/drivers/mongo.hpp>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/environment.hpp"
#include "settings/password.hpp"
#include "settings/server_settings.hpp"
#include "settings/server_url.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

using stats::drivers::Tls;

constexpr std::uint16_t kPort = 27017;
constexpr const char* kDatabase = "trifle_stats";

/// mongodb://user@host:port/database of the single settings.
std::string url_of_fields(const Settings& settings) {
  std::string url = "mongodb://";
  if (const std::string& user = settings["user"]; !user.empty()) url += percent_encoded(user) + "@";
  url += settings["host"].empty() ? "127.0.0.1" : settings["host"];
  url += ":" + std::to_string(port_of(settings, kPort)) + "/";
  return url + percent_encoded(settings["database"].empty() ? kDatabase : settings["database"]);
}

/// A parameter of a URL needs the slash behind the host.
std::string with_slash(std::string url) {
  const auto host = url.find("://") + 3;
  if (url.find_first_of("/?", host) == std::string::npos) return url + "/";
  if (const auto query = url.find('?', host); url.find('/', host) > query) url.insert(query, "/");
  return url;
}

std::string complete(std::string url, const Settings& settings) {
  if (const auto password = password_of(settings)) url = with_password(url, *password);
  url = with_slash(std::move(url));
  const auto add = [&](const char* setting, const char* parameter, const std::string& value) {
    if (value.empty()) return;
    if (!has_parameter(url, parameter)) {
      url = with_parameter(std::move(url), parameter, value);
    } else if (settings.flagged(setting)) {
      throw Failure(std::string("--") + setting + " beside a URL that says it: say it once");
    }
  };
  // MongoDB's protocol has no attempt at encryption that may fail: it is used or it isn't.
  if (const auto tls = tls_of(settings); tls && *tls != Tls::Prefer) {
    add("tls", "tls", *tls == Tls::Off ? "false" : "true");
    if (*tls == Tls::Require) add("tls", "tlsAllowInvalidCertificates", "true");
    if (*tls == Tls::VerifyCa) add("tls", "tlsAllowInvalidHostnames", "true");
  }
  add("tls-ca", "tlsCAFile", expand_home(settings["tls-ca"]));
  add("tls-cert", "tlsCertificateKeyFile", expand_home(settings["tls-cert"]));
  if (!settings["tls-key"].empty()) {
    throw Failure("--tls-key: MongoDB's client library reads the key from the file of the certificate (--tls-cert)");
  }
  return url;
}

}  // namespace

stats::Driver mongo_driver(const Settings& settings, Access access) {
  stats::drivers::MongoOptions options{.identity = identity_of(settings), .separator = settings["separator"]};
  const std::string collection(trimmed(settings["collection"]));
  options.collection = collection.empty() ? settings["table"] : collection;
  options.connect_timeout = connect_timeout_of(settings, options.connect_timeout);
  options.reply_timeout = statement_timeout_for(access, options.reply_timeout);
  const std::string url = server_url(settings, "mongo");
  return stats::drivers::mongo(complete(url.empty() ? url_of_fields(settings) : url, settings), std::move(options));
}

}  // namespace trifle::cli
