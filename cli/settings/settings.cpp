#include "settings/settings.hpp"

#include <algorithm>
#include <stdexcept>

#include "failure.hpp"
#include "settings/config_file.hpp"
#include "settings/environment.hpp"
#include "settings/text.hpp"

namespace trifle::cli {

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> settings = {
      {"db", "",
       "SQLite file, or postgresql://user@host/database, or mysql://user@host/database, or redis://host, or "
       "mongodb://user@host/database, or https://host",
       true},
      {"driver", "", "backend: sqlite|postgres|mysql|redis|mongo|api (inferred from --db)", true},
      {"host", "", "server, instead of a URL (127.0.0.1)", true},
      {"port", "", "its port (5432; 3306; 6379; 27017)", true},
      {"user", "", "user (postgres; root)", true},
      {"database", "", "database (trifle_stats)", true},
      {"password-file", "", "file whose first line is the password; not readable by everybody", true},
      {"ask-password", "false", "ask for the password on the terminal", true},
      {"password", "", "password, for everybody to see: better TRIFLE_PASSWORD, or one of the two above", true},
      {"tls", "", "off|prefer|require|verify-ca|verify-full (prefer)", true},
      {"tls-ca", "", "file of the authorities that are trusted", true},
      {"tls-cert", "", "certificate of the client", true},
      {"tls-key", "", "its key", true},
      {"timeout", "", "longest wait for a connection (10s)", true},
      {"dsn", "", "connection string of the client library, instead of a URL", true},
      {"table", "trifle_stats", "table name", true},
      {"joined", "full", "identifier mode of the table: full|partial|separated", true},
      {"separator", "::", "between the parts of a joined identifier", true},
      {"timezone", "GMT", "time zone of the buckets, e.g. Europe/Bratislava", true},
      {"week-start", "monday", "first day of the week", true},
      {"granularities", "", "what is written, comma-separated (1m,1h,1d,1w,1mo,1q,1y)", true},
      {"url", "", "base URL (api)", true},
      {"source-id", "", "source of the token (api)", true},
      {"token-file", "", "file whose first line is the token (api); not readable by everybody", true},
      {"token", "", "API token, for everybody to see: better TRIFLE_TOKEN, or the one above", true},
      {"collection", "", "collection (mongo; what --table says)", true},
      {"prefix", "", "what names begin with (redis; trfl)", true},
      {"buffer-mode", "auto", "auto|on|off", false},
      {"buffer-drivers", "", "comma-separated drivers that may buffer", false},
      {"buffer-duration", "1s", "longest wait of a measurement", false},
      {"buffer-size", "256", "operations that wake the writer", false},
      {"buffer-aggregate", "true", "merge what goes to the same buckets", false},
      {"buffer-async", "true", "write in the background", false},
  };
  return settings;
}

Settings Settings::resolve(const Flags& flags) {
  const auto flag = [&](std::string_view name) {
    const auto found = flags.find(name);
    return found == flags.end() ? std::string() : found->second;
  };
  const Flags source = active_source(flag("config"), flag("source"));

  Settings settings;
  for (const Setting& setting : all_settings()) {
    if (const auto given = flags.find(setting.flag); given != flags.end()) {
      settings.chosen_[setting.flag] = given->second;
      settings.flagged_.insert(setting.flag);
    } else if (std::string value = environment_setting(setting.flag); !value.empty()) {
      settings.chosen_[setting.flag] = std::move(value);
    } else if (const auto member = source.find(setting.flag); member != source.end() && !member->second.empty()) {
      settings.chosen_[setting.flag] = member->second;
    }
  }
  return settings;
}

const std::string& Settings::operator[](std::string_view flag) const {
  if (const auto found = chosen_.find(flag); found != chosen_.end()) return found->second;
  static const auto defaults = [] {
    std::map<std::string, std::string, std::less<>> all;
    for (const Setting& setting : all_settings()) all[setting.flag] = setting.fallback;
    return all;
  }();
  const auto found = defaults.find(flag);
  if (found == defaults.end()) throw std::logic_error("no such setting: " + std::string(flag));
  return found->second;
}

bool Settings::chosen(std::string_view flag) const { return chosen_.contains(flag); }

bool Settings::flagged(std::string_view flag) const { return flagged_.contains(flag); }

bool Settings::is_on(std::string_view flag) const {
  const std::string text = lower(trimmed((*this)[flag]));
  if (text == "true" || text == "1" || text == "t" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "f" || text == "no" || text == "off") return false;
  throw Failure("invalid " + std::string(flag) + ": " + (*this)[flag] + " (true or false)");
}

}  // namespace trifle::cli
