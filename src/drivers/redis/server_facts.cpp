#include "drivers/redis/server_facts.hpp"

namespace trifle::stats::detail::redis {
namespace {

/// The value of "name:value\r\n".
std::string_view fact(std::string_view facts, std::string_view name) {
  for (auto at = facts.find(name); at != std::string_view::npos; at = facts.find(name, at + 1)) {
    if (at > 0 && facts[at - 1] != '\n') continue;
    const auto value = facts.substr(at + name.size());
    if (value.starts_with(':')) return value.substr(1, value.find_first_of("\r\n") - 1);
  }
  return {};
}

}  // namespace

std::vector<std::string> weaknesses(Connection& connection, Kind kind, std::string_view operation) {
  Commands info;
  info.add({"INFO"});
  connection.send(info, operation);
  const auto& reply = connection.receive(Phase::Await, operation);
  if (reply.is_error()) return {};
  const auto facts = reply.text();
  if (kind == Kind::Server && fact(facts, "cluster_enabled") == "1")
    raise_reply("CROSSSLOT a cluster's node", operation);
  std::vector<std::string> found;
  const auto policy = fact(facts, "maxmemory_policy");
  const auto limit = fact(facts, "maxmemory");
  if (!limit.empty() && limit != "0" && !policy.empty() && policy != "noeviction" && !policy.starts_with("volatile"))
    found.push_back("maxmemory-policy is " + std::string(policy) +
                    ": the server throws buckets away when its memory is full; noeviction or a volatile one doesn't");
  return found;
}

}  // namespace trifle::stats::detail::redis
