#include "time/zone_file.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <trifle/stats/error.hpp>

#include "time/quoted_text.hpp"

namespace trifle::stats::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAllowed = "a name of the IANA time zone database, such as \"Europe/Bratislava\" or \"UTC\"";

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  throw InvalidArgument("time_zone: " + quoted(name) + " " + std::string(why) + "; allowed is " +
                        std::string(kAllowed));
}

// Where cctz looks.
std::string folder() {
  const char* configured = std::getenv("TZDIR");
  return configured != nullptr && *configured != '\0' ? configured : "/usr/share/zoneinfo";
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
}

// Words joined by single slashes. That leaves no way out of the folder, and none to cctz's "file:", "libc:" and
// "Fixed/UTC+01:00:00".
bool is_name(std::string_view name) {
  char before = '/';
  for (const char c : name) {
    if (c == '/' ? before == '/' : !is_name_character(c)) return false;
    before = c;
  }
  return before != '/';
}

// Names that the folder (or cctz) knows and the database doesn't: this machine's zone, and copies with other leap
// seconds, whose instants are not unix time.
bool is_foreign(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name == "UTC0" || name.starts_with("posix/") ||
         name.starts_with("right/");
}

bool is_missing_or_empty(const std::string& path) {
  std::error_code error;
  const fs::directory_iterator entries(path, error);
  return error || entries == fs::directory_iterator();
}

bool is_zone_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> magic{};
  return file.read(magic.data(), magic.size()) && std::memcmp(magic.data(), "TZif", magic.size()) == 0;
}

}  // namespace

cctz::time_zone load_zone_file(std::string_view name) {
  if (!is_name(name) || is_foreign(name)) refuse(name, "is not a time zone's name");

  // Looked at before cctz is asked: it would remember every unknown name for ever.
  const std::string zones = folder();
  if (!is_zone_file(zones + "/" + std::string(name))) {
    if (is_missing_or_empty(zones))
      throw InvalidArgument("time_zone: " + quoted(name) +
                            " can't be looked up: this machine has no time zone files in " + zones +
                            "; install the package tzdata (or set TZDIR), or use \"UTC\"");
    refuse(name, "is unknown to the time zone files in " + zones);
  }
  cctz::time_zone zone;
  if (!cctz::load_time_zone(std::string(name), &zone))
    refuse(name, "has a file in " + zones + " that can't be read as a time zone");
  return zone;
}

}  // namespace trifle::stats::detail
