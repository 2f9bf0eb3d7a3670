#include "drivers/redis/options.hpp"

#include <charconv>
#include <chrono>
#include <string_view>

#include <trifle/stats/error.hpp>
#include <trifle/stats/granularity.hpp>

#include "driver/option_range.hpp"
#include "drivers/redis/slot_map.hpp"

namespace trifle::stats::detail::redis {
namespace {

constexpr std::string_view kForm =
    "; the form is redis://user:password@host:port/database, "
    "redis+cluster://user:password@host:port,host:port or unix:///path?db=0";

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidArgument("the Redis URL has " + std::string(what) + std::string(kForm));
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size() ||
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr != text.data() + i + 3)
      refuse("a % without two hexadecimal digits");
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

template <class T>
T number(std::string_view text, std::string_view what) {
  T value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) refuse(std::string("a wrong ") += what);
  return value;
}

/// Takes "user:password@" off the front.
void take_login(std::string_view& rest, drivers::RedisServer& server) {
  const auto at = rest.substr(0, rest.find_first_of("/?")).rfind('@');
  if (at == std::string_view::npos) return;
  const auto login = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const auto colon = login.find(':');
  server.user = decoded(login.substr(0, colon));
  if (colon != std::string_view::npos) server.password = decoded(login.substr(colon + 1));
}

void read_address(std::string_view address, drivers::RedisServer& server) {
  auto port = address.rfind(':');
  if (!address.empty() && address.front() == '[') {
    const auto close = address.find(']');
    if (close == std::string_view::npos) refuse("an address without ]");
    server.host = address.substr(1, close - 1);
    port = close + 1 < address.size() ? close + 1 : std::string_view::npos;
    if (port != std::string_view::npos && address[port] != ':') refuse("a wrong port");
  } else if (!address.substr(0, port).empty()) {
    server.host = decoded(address.substr(0, port));
  }
  if (port != std::string_view::npos) server.port = number<std::uint16_t>(address.substr(port + 1), "port");
}

}  // namespace

drivers::RedisServer read_url(const std::string& url) {
  drivers::RedisServer server;
  std::string_view rest = url;
  if (rest.starts_with("rediss://"))
    throw InvalidArgument("rediss:// asks for TLS, which the Redis client library of this build doesn't have");
  if (rest.starts_with("unix://")) {
    rest.remove_prefix(7);
    take_login(rest, server);
    const auto query = rest.find('?');
    server.unix_socket = decoded(rest.substr(0, query));
    if (server.unix_socket.empty()) refuse("no path of a socket");
    if (query == std::string_view::npos) return server;
    rest.remove_prefix(query + 1);
    if (!rest.starts_with("db=")) refuse("a parameter other than db");
    server.database = number<int>(rest.substr(3), "database");
    return server;
  }
  constexpr std::string_view kCluster = "redis+cluster://";
  if (rest.starts_with(kCluster)) {
    rest.remove_prefix(kCluster.size());
    take_login(rest, server);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find_first_of("/?") != std::string_view::npos) refuse("more than nodes, of a cluster");
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      if (rest.substr(0, comma).empty() && (comma != std::string_view::npos || !server.cluster.empty()))
        refuse("a node without a name");
      drivers::RedisServer node;
      read_address(rest.substr(0, comma), node);
      const bool bracketed = node.host.find(':') != std::string::npos;
      server.cluster.push_back((bracketed ? "[" + node.host + "]" : node.host) + ":" + std::to_string(node.port));
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
    }
    return server;
  }
  if (!rest.starts_with("redis://")) refuse("another scheme");
  rest.remove_prefix(8);
  take_login(rest, server);
  if (rest.find('?') != std::string_view::npos) refuse("parameters, of which there are none");
  const auto slash = rest.find('/');
  read_address(rest.substr(0, slash), server);
  if (slash != std::string_view::npos && slash + 1 < rest.size())
    server.database = number<int>(rest.substr(slash + 1), "database");
  return server;
}

void check_options(const drivers::RedisServer& server, const drivers::RedisOptions& options) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  if (server.unix_socket.empty() && server.host.empty()) throw InvalidArgument("the Redis server's host is empty");
  for (const auto* text : {&server.host, &server.unix_socket})
    if (text->find('\0') != std::string::npos) throw InvalidArgument("the Redis server's address holds a NUL");
  if (server.unix_socket.empty()) check_range<int>("port", server.port, 1, 65'535);
  check_range("database", server.database, 0, server.cluster.empty() ? 1'000'000 : 0);
  for (const auto& node : server.cluster) {
    const auto address = NodeAddress::read(node);
    if (!address || address->host.empty() || node.find('\0') != std::string::npos)
      throw InvalidArgument("a node of the cluster isn't host:port");
  }
  constexpr milliseconds kHour = std::chrono::hours(1);
  check_range<milliseconds::rep>("connect_timeout (milliseconds)", options.connect_timeout.count(), 1, kHour.count());
  check_range<milliseconds::rep>("reply_timeout (milliseconds)", options.reply_timeout.count(), 1, 24 * kHour.count());
  check_range("wait_replicas", options.wait_replicas, 0, 100);
  check_range<milliseconds::rep>("wait_timeout (milliseconds)", options.wait_timeout.count(), 1,
                                 options.wait_replicas == 0 ? 24 * kHour.count() : options.reply_timeout.count());
  if (options.wait_replicas > 0 && !options.ledger)
    throw InvalidArgument("wait_replicas needs the ledger: without it a batch would count twice when it is sent again");
  check_range<std::size_t>("max_readers", options.max_readers, 1, 64);
  for (const auto& [granularity, after] : options.expire_after) {
    (void)Granularity(granularity);
    check_range<seconds::rep>("expire_after of " + granularity + " (seconds)", after.count(), 1, 3'155'760'000);
  }
}

}  // namespace trifle::stats::detail::redis
