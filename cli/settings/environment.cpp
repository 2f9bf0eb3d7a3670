#include "settings/environment.hpp"

#include <cstdlib>

namespace trifle::cli {

std::string environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return {};
  std::string text = value;
  return text.find_first_not_of(" \t\r\n") == std::string::npos ? std::string() : text;
}

std::string environment_setting(std::string_view flag) {
  std::string name = "TRIFLE_";
  for (const char c : flag) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return environment(name);
}

std::string expand_home(const std::string& path) {
  if (!path.starts_with("~/")) return path;
  const std::string home = environment("HOME");
  return home.empty() ? path : home + path.substr(1);
}

}  // namespace trifle::cli
