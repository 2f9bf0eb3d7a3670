#include <trifle/stats/drivers/api.hpp>

#include "failure.hpp"
#include "settings/drivers.hpp"
#include "settings/password.hpp"
#include "settings/server_settings.hpp"
#include "settings/server_url.hpp"

namespace trifle::cli {
namespace {

/// Without a scheme it is https, and http on this machine.
std::string with_scheme(const std::string& url) {
  if (is_url(url)) return url;
  const bool here = url.starts_with("localhost") || url.starts_with("127.") || url.starts_with("[::1]");
  return (here ? "http://" : "https://") + url;
}

stats::drivers::ApiOptions options_of(const Settings& settings) {
  using stats::drivers::Tls;
  const auto tls = tls_of(settings);
  if (tls && *tls != Tls::Off && *tls != Tls::VerifyFull) {
    throw Failure("--tls " + settings["tls"] + ": the api driver always checks who the server is (verify-full), or " +
                  "speaks to http:// in clear text (off)");
  }
  if (!settings["tls-cert"].empty() || !settings["tls-key"].empty())
    throw Failure("--tls-cert and --tls-key: the api driver has a token and no certificate of its own");
  stats::drivers::ApiOptions options{.url = with_scheme(api_url(settings)),
                                     .source_id = settings["source-id"],
                                     .ca_file = settings["tls-ca"],
                                     .clear_text = tls == Tls::Off};
  options.connect_timeout = connect_timeout_of(settings, options.connect_timeout);
  options.timeout = connect_timeout_of(settings, options.timeout);
  options.token = token_of(settings);
  return options;
}

}  // namespace

stats::Driver api_driver(const Settings& settings, Access) { return stats::drivers::api(options_of(settings)); }

Settings with_source(Settings settings) {
  if (driver_name(settings) != "api" || (settings.chosen("timezone") && settings.chosen("granularities")))
    return settings;
  (void)api_url(settings);                       // what is wrong with it is said before a token is asked for
  settings.choose("token", token_of(settings));  // a prompt asks once
  const auto source = stats::drivers::api_source(options_of(settings));
  if (!settings.chosen("timezone") && !source.time_zone.empty()) settings.choose("timezone", source.time_zone);
  if (settings.chosen("granularities")) return settings;
  std::string known = source.default_granularity;
  if (known.empty() && !source.granularities.empty()) known = source.granularities.front();
  if (!known.empty()) settings.choose("granularities", known);
  return settings;
}

}  // namespace trifle::cli
