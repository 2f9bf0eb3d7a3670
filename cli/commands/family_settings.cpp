#include "commands/family_settings.hpp"

#include "settings/text.hpp"

namespace trifle::cli {

std::string flag_value(const Flags& flags, std::string_view name) {
  const auto found = flags.find(name);
  return found == flags.end() ? std::string() : found->second;
}

Settings with_family_driver(const Settings& settings, const Flags& flags) {
  if (!trimmed(settings["driver"]).empty()) return settings;
  Flags chosen = flags;
  chosen["driver"] = "api";
  return Settings::resolve(chosen);
}

}  // namespace trifle::cli
