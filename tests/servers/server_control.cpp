#include "servers/server_control.hpp"

#include <stdlib.h>
#include <sys/mount.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "servers/program_output.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

const char* scripts() { return std::getenv("TRIFLE_TEST_SERVER_SCRIPTS"); }

const std::map<std::string, const char*>& urls() {
  static const std::map<std::string, const char*> all = {
      {"postgres", "TRIFLE_TEST_POSTGRES_URL"}, {"postgres18", "TRIFLE_TEST_POSTGRES18_URL"},
      {"mariadb", "TRIFLE_TEST_MARIADB_URL"},   {"mysql", "TRIFLE_TEST_MYSQL_URL"},
      {"redis", "TRIFLE_TEST_REDIS_URL"},       {"redis-cluster", "TRIFLE_TEST_REDIS_CLUSTER_URL"},
      {"mongo", "TRIFLE_TEST_MONGO_URL"},       {"documentdb", "TRIFLE_TEST_DOCUMENTDB_URL"},
      {"valkey", "TRIFLE_TEST_VALKEY_URL"},     {"valkey-cluster", "TRIFLE_TEST_VALKEY_CLUSTER_URL"}};
  return all;
}

}  // namespace

bool OwnServer::available(const std::string& name) {
  const auto url = urls().find(name);
  return scripts() != nullptr && url != urls().end() && std::getenv(url->second) != nullptr;
}

bool OwnServer::may_have_a_disk() {
  auto folder = (std::filesystem::temp_directory_path() / "trifle-disk-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return false;
  const bool may = ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
  if (may) ::umount2(folder.c_str(), MNT_DETACH);
  std::filesystem::remove(folder);
  return may;
}

OwnServer::OwnServer(const std::string& name, OwnServerOptions options) : options_(std::move(options)) {
  const char* folder = std::getenv("TRIFLE_TEST_SERVER_FOLDER");
  if (scripts() == nullptr || folder == nullptr) throw std::runtime_error("TRIFLE_TEST_SERVER_SCRIPTS is not set");
  script_ = std::string(scripts()) + "/" + name + ".sh";
  std::filesystem::create_directories(folder);
  folder_ = std::string(folder) + "/" + name + "-XXXXXX";
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no folder in " + std::string(folder));
  if (options_.disk_megabytes > 0) {
    const auto size = "mode=755,size=" + std::to_string(options_.disk_megabytes) + "m";
    if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0) throw std::runtime_error("no disk");
  }
  start();
  const std::string printed = run("env");
  const std::string variable = std::string(urls().at(name)) + "=";
  const auto begin = printed.find(variable);
  if (begin == std::string::npos) throw std::runtime_error(script_ + " env says no URL");
  url_ = printed.substr(begin + variable.size(), printed.find('\n', begin) - begin - variable.size());
  const std::string address = address_of(url_);
  port_ = address.substr(address.rfind(':') + 1);
}

OwnServer::~OwnServer() {
  try {
    run("kill");
  } catch (const std::exception&) {
    return;  // what runs still needs its folder; scripts/services stop ends it
  }
  if (options_.disk_megabytes > 0) ::umount2(folder_.c_str(), MNT_DETACH);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void OwnServer::kill() { run("kill"); }

void OwnServer::stop() { run("stop"); }

void OwnServer::start() { run("start", port_); }

void OwnServer::fill_disk() const {
  for (const std::size_t size : {1u << 20, 1u << 12}) {
    std::ofstream ballast(folder_ + "/ballast", std::ios::binary | std::ios::app);
    const std::string block(size, '\0');
    while (ballast.write(block.data(), static_cast<std::streamsize>(size)).flush()) {
    }
  }
}

void OwnServer::free_disk() const { std::filesystem::remove(folder_ + "/ballast"); }

std::string OwnServer::run(const std::string& verb, const std::string& port) const {
  std::vector<std::string> words{script_, verb, folder_};
  if (!port.empty()) words.push_back(port);
  std::vector<std::pair<std::string, std::string>> environment;
  if (!options_.tls.empty()) environment.emplace_back("TRIFLE_TEST_SERVER_TLS", options_.tls);
  return program_output(std::move(words), folder_ + "/said", environment);
}

}  // namespace trifle::stats::test
