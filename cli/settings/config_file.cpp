#include "settings/config_file.hpp"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "failure.hpp"
#include "settings/environment.hpp"

namespace trifle::cli {
namespace {

constexpr const char* kDefaultSource = "api";

std::string default_path() {
  std::string folder = environment("XDG_CONFIG_HOME");
  if (folder.empty()) {
    const std::string home = environment("HOME");
    if (home.empty()) return {};
    folder = home + "/.config";
  }
  return folder + "/trifle/config.yaml";
}

YAML::Node read_file(const std::string& path, bool required) {
  if (path.empty()) return {};
  errno = 0;
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    if (!required && errno == ENOENT) return {};
    // An empty file sets failbit without an error of the system.
    if (errno != 0) throw Failure("read config " + path + ": " + std::strerror(errno));
  }
  try {
    YAML::Node root = YAML::Load(text.str());
    if (root.IsNull()) return {};
    if (!root.IsMap()) throw Failure("parse config " + path + ": a mapping is expected at the top");
    return root;
  } catch (const YAML::Exception& e) {
    throw Failure("parse config " + path + ": line " + std::to_string(e.mark.line + 1) + ": " + e.msg);
  }
}

std::string text_of(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  std::string joined;
  if (node.IsSequence()) {
    for (const auto& item : node) {
      if (!item.IsScalar()) continue;
      if (!joined.empty()) joined += ',';
      joined += item.Scalar();
    }
  }
  return joined;
}

std::map<std::string, Flags> sources_of(const YAML::Node& root) {
  std::map<std::string, Flags> sources;
  const auto add = [&](const std::string& name, const YAML::Node& node) {
    Flags& source = sources[name];
    for (const auto& member : node) {
      std::string flag = member.first.Scalar();
      for (char& c : flag) {
        if (c == '_') c = '-';
      }
      source[flag] = text_of(member.second);
    }
  };
  for (const auto& member : root) {
    const std::string& name = member.first.Scalar();
    if (!member.second.IsMap() || name == "auth" || name == "sources") continue;
    add(name, member.second);
    // The older form of the file: a top-level mapping named after its driver.
    if (name == "api" || name == "sqlite") sources[name]["driver"] = name;
  }
  if (const YAML::Node listed = root["sources"]; listed && listed.IsMap()) {
    for (const auto& member : listed) {
      if (member.second.IsMap()) add(member.first.Scalar(), member.second);
    }
  }
  return sources;
}

std::string scalar(const YAML::Node& root, const char* name) {
  const YAML::Node node = root[name];
  return node && node.IsScalar() ? node.Scalar() : std::string();
}

}  // namespace

Flags active_source(const std::string& config, const std::string& source) {
  std::string path = config.empty() ? environment("TRIFLE_CONFIG") : config;
  const bool explicit_path = !path.empty();
  path = explicit_path ? expand_home(path) : default_path();
  const YAML::Node root = read_file(path, explicit_path);

  std::string name = source.empty() ? environment("TRIFLE_SOURCE") : source;
  if (name.empty() && root.IsMap()) name = scalar(root, "source");
  if (name.empty() && root.IsMap()) name = scalar(root, "driver");
  const bool chosen = !name.empty();
  if (!chosen) name = kDefaultSource;

  const std::map<std::string, Flags> sources = root.IsMap() ? sources_of(root) : std::map<std::string, Flags>();
  const auto found = sources.find(name);
  if (found != sources.end()) return found->second;
  if (chosen && !sources.empty()) throw Failure("unknown source \"" + name + "\" in config");
  return {};
}

}  // namespace trifle::cli
