#include "settings/settings.hpp"

#include <algorithm>
#include <stdexcept>

#include "settings/config_file.hpp"
#include "settings/environment.hpp"

namespace trifle::cli {

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> settings = {
      {"db", "", "SQLite file", true},
      {"driver", "", "backend: sqlite (inferred from --db)", true},
      {"table", "trifle_stats", "table name", true},
      {"joined", "full", "identifier mode of the table: full|partial|separated", true},
      {"separator", "::", "between the parts of a joined identifier", true},
      {"timezone", "GMT", "time zone of the buckets, e.g. Europe/Bratislava", true},
      {"week-start", "monday", "first day of the week", true},
      {"granularities", "", "what is written, comma-separated (1m,1h,1d,1w,1mo,1q,1y)", true},
      {"url", "", "base URL (api)", false},
      {"token", "", "API token (api)", false},
      {"timeout", "", "HTTP timeout (api)", false},
      {"dsn", "", "connection string (servers)", false},
      {"host", "", "host (servers)", false},
      {"port", "", "port (servers)", false},
      {"user", "", "user (servers)", false},
      {"password", "", "password (servers)", false},
      {"database", "", "database name (servers)", false},
      {"collection", "", "collection (mongo)", false},
      {"prefix", "", "key prefix (redis)", false},
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

}  // namespace trifle::cli
