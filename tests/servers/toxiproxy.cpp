#include "servers/toxiproxy.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "servers/http_call.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

const char* base() { return std::getenv("TRIFLE_TEST_TOXIPROXY_URL"); }

nlohmann::json call(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr) {
  if (base() == nullptr) throw std::runtime_error("TRIFLE_TEST_TOXIPROXY_URL is not set");
  const HttpReply reply = http_call(base(), method, path, body.is_null() ? std::string() : body.dump());
  if (reply.status >= 300) {
    throw std::runtime_error(method + " " + path + ": " + std::to_string(reply.status) + " " + reply.body);
  }
  return reply.body.empty() ? nlohmann::json() : nlohmann::json::parse(reply.body);
}

// Tests run side by side, as threads of one process too.
std::string unique_name() {
  static std::atomic<unsigned> count{0};
  return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

}  // namespace

bool Proxy::available() { return base() != nullptr; }

Proxy::Proxy(const std::string& url) : name_(unique_name()) {
  const auto made =
      call("POST", "/proxies",
           {{"name", name_}, {"listen", "127.0.0.1:0"}, {"upstream", address_of(url)}, {"enabled", true}});
  const auto listen = made.at("listen").get<std::string>();
  port_ = static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
  url_ = with_address(url, "127.0.0.1:" + std::to_string(port_));
}

Proxy::~Proxy() {
  try {
    call("DELETE", "/proxies/" + name_);
  } catch (const std::exception&) {
    // It goes with Toxiproxy.
  }
}

void Proxy::add(std::string_view type, Stream stream, const Attributes& attributes) {
  const std::string toxic = std::string(type) + (stream == Stream::Up ? "_up" : "_down");
  nlohmann::json body{{"name", toxic},
                      {"type", type},
                      {"stream", stream == Stream::Up ? "upstream" : "downstream"},
                      {"attributes", nlohmann::json::object()}};
  for (const auto& [name, value] : attributes) body["attributes"][std::string(name)] = value;
  call("POST", "/proxies/" + name_ + "/toxics", body);
  toxics_.push_back(toxic);
}

void Proxy::limit_data(Stream stream, std::uint64_t bytes) { add("limit_data", stream, {{"bytes", bytes}}); }

void Proxy::reset_peer(Stream stream, std::chrono::milliseconds wait) {
  add("reset_peer", stream, {{"timeout", static_cast<std::uint64_t>(wait.count())}});
}

void Proxy::timeout(Stream stream, std::chrono::milliseconds wait) {
  add("timeout", stream, {{"timeout", static_cast<std::uint64_t>(wait.count())}});
}

void Proxy::latency(Stream stream, std::chrono::milliseconds delay, std::chrono::milliseconds jitter) {
  add("latency", stream,
      {{"latency", static_cast<std::uint64_t>(delay.count())}, {"jitter", static_cast<std::uint64_t>(jitter.count())}});
}

void Proxy::bandwidth(Stream stream, std::uint64_t kilobytes_per_second) {
  add("bandwidth", stream, {{"rate", kilobytes_per_second}});
}

void Proxy::slicer(Stream stream, std::uint64_t bytes, std::chrono::microseconds pause) {
  add("slicer", stream, {{"average_size", bytes}, {"delay", static_cast<std::uint64_t>(pause.count())}});
}

void Proxy::heal() {
  for (const auto& toxic : toxics_) call("DELETE", "/proxies/" + name_ + "/toxics/" + toxic);
  toxics_.clear();
}

void Proxy::disable() { call("POST", "/proxies/" + name_, {{"enabled", false}}); }

void Proxy::enable() { call("POST", "/proxies/" + name_, {{"enabled", true}}); }

}  // namespace trifle::stats::test
