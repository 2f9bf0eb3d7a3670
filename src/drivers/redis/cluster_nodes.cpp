#include "drivers/redis/cluster_nodes.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace trifle::stats::detail::redis {
namespace {

using std::chrono::milliseconds;

constexpr int kMostRounds = 64;
constexpr milliseconds kLongestPause{50};
constexpr milliseconds kPatience{1'000};  // with a slot that is being moved

Verdict passing(ErrorCode code, const char* message) { return {code, Outcome::NotApplied, true, false, message}; }

/// What an error reply means, where other nodes serve other slots.
Verdict cluster_verdict(std::string_view reply) {
  if (reply.starts_with("CLUSTERDOWN"))
    return passing(ErrorCode::Connection, "the cluster doesn't serve this slot now");
  if (reply.starts_with("TRYAGAIN")) return passing(ErrorCode::Timeout, "the slot is being moved to another node");
  if (reply.starts_with("MOVED") || reply.starts_with("ASK"))
    return passing(ErrorCode::Connection, "the nodes send us from one to the other");
  return verdict(reply);
}

Failure failure_of(const Error& error) {
  const bool connection = error.code() == ErrorCode::Connection || error.code() == ErrorCode::Timeout;
  auto found = connection ? verdict(error.outcome() == Outcome::Unknown ? Phase::AwaitWrite : Phase::Connect,
                                    error.code() == ErrorCode::Timeout)
                          : cluster_verdict(error.native_text());
  return {found, error.native_code(), error.native_text()};
}

Failure failure_of(std::string_view reply) { return {cluster_verdict(reply), 0, std::string(reply)}; }

}  // namespace

struct ClusterNodes::Pending {
  std::size_t request;
  std::optional<NodeAddress> asking = {};  ///< the node that the slot's owner sent us to, for this once
};

/// What one node is sent.
struct ClusterNodes::Group {
  NodeAddress address;
  std::vector<Pending> pending = {};
  bool sent = false;
};

/// What a round leaves to do.
struct ClusterNodes::Round {
  struct Stuck {
    std::size_t request;
    std::optional<NodeAddress> at;
    Failure failure;
  };

  /// One that had no effect may go to another node, if another serves its slot by now.
  void lost(SlotRequests& requests, const Group& group, const Pending& pending, const Failure& failure) {
    if (failure.verdict.outcome == Outcome::Unknown) {
      map_is_old = true;
      requests.failed(pending.request, failure);
    } else {
      stuck.push_back({pending.request, group.address, failure});
    }
  }

  std::vector<Pending> again;
  std::vector<Stuck> unstable;  ///< may go again after a pause
  std::vector<Stuck> stuck;
  bool map_is_old = false;
};

ClusterNodes::ClusterNodes(const drivers::RedisServer& server, const drivers::RedisOptions& options)
    : server_(server), options_(options) {
  for (const auto& text : server.cluster)
    if (auto seed = NodeAddress::read(text)) seeds_.push_back(std::move(*seed));
}

bool ClusterNodes::connected(const NodeAddress& address) const noexcept {
  const auto node = nodes_.find(address);
  return node != nodes_.end() && node->second.connection && !node->second.connection->stale();
}

Connection& ClusterNodes::connection(const NodeAddress& address, std::string_view operation) {
  auto& node = nodes_[address];
  if (!node.connection || node.connection->stale()) {
    node = {};
    auto server = server_;
    server.host = address.host;
    server.port = address.port;
    node.connection = std::make_unique<Connection>(server, options_, operation);
  }
  return *node.connection;
}

void ClusterNodes::refresh(std::string_view operation) {
  auto candidates = map_.nodes();
  // Another one each time, for one that is cut off from the others knows less than they do.
  if (!candidates.empty())
    std::rotate(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(refreshes_++ % candidates.size()),
                candidates.end());
  candidates.insert(candidates.end(), seeds_.begin(), seeds_.end());
  std::stable_partition(candidates.begin(), candidates.end(), [&](const auto& node) { return connected(node); });
  std::optional<Failure> failure;
  for (const auto& candidate : candidates) {
    try {
      auto map =
          SlotMap::read(connection(candidate, operation).ask({"CLUSTER", "SLOTS"}, Phase::Await, operation), candidate);
      if (!map) continue;
      map_ = std::move(*map);
      std::erase_if(nodes_, [&](const auto& node) {
        return std::find(map_.nodes().begin(), map_.nodes().end(), node.first) == map_.nodes().end();
      });
      return;
    } catch (const Error& error) {
      failure = failure_of(error);
    }
  }
  if (!failure) failure = failure_of("CLUSTERDOWN");
  if (failure->native_text.find("cluster support disabled") != std::string::npos)
    failure->verdict.message = "the server is no node of a cluster";
  raise(failure->verdict, details(operation, failure->verdict, failure->native_code, failure->native_text));
}

bool ClusterNodes::refresh_quietly(std::string_view operation) noexcept {
  try {
    refresh(operation);
    return true;
  } catch (...) {
    return false;
  }
}

void ClusterNodes::run(SlotRequests& requests, const Manner& manner) {
  if (map_.nodes().empty()) refresh(manner.operation);
  std::vector<Pending> pending(requests.size());
  for (std::size_t i = 0; i < pending.size(); ++i) pending[i].request = i;

  milliseconds pause{1};
  milliseconds paused{0};
  bool refreshed = false;
  for (int rounds = 0; !pending.empty(); ++rounds) {
    Round round;
    auto groups = grouped(pending, requests, round);
    // One that must be connected to may take its time.
    std::stable_partition(groups.begin(), groups.end(), [&](const Group& group) { return connected(group.address); });
    for (auto& group : groups) {
      try {
        send(group, requests, manner);
        group.sent = true;
      } catch (const Error& error) {
        for (const auto& each : group.pending) round.lost(requests, group, each, failure_of(error));
      }
    }
    for (const auto& group : groups)
      if (group.sent) receive(group, requests, manner, round);

    if (!round.stuck.empty() || (round.map_is_old && !refreshed))
      refreshed = refresh_quietly(manner.operation) || refreshed;
    const bool last = rounds + 1 == kMostRounds;
    for (auto& stuck : round.stuck) {
      const auto* const owner = map_.address(requests.slot(stuck.request));
      if (last || owner == nullptr || (stuck.at && *stuck.at == *owner)) {
        requests.failed(stuck.request, stuck.failure);
      } else {
        round.again.push_back({stuck.request});
      }
    }
    if (!round.unstable.empty()) {
      if (last || paused >= kPatience) {
        for (const auto& unstable : round.unstable) requests.failed(unstable.request, unstable.failure);
      } else {
        std::this_thread::sleep_for(pause);
        paused += pause;
        pause = std::min(2 * pause, kLongestPause);
        for (const auto& unstable : round.unstable) round.again.push_back({unstable.request});
      }
    }
    if (last) {
      for (const auto& each : round.again) requests.failed(each.request, failure_of("MOVED"));
      return;
    }
    pending = std::move(round.again);
  }
}

std::vector<ClusterNodes::Group> ClusterNodes::grouped(const std::vector<Pending>& pending,
                                                       const SlotRequests& requests, Round& round) {
  std::vector<Group> groups;
  std::vector<std::size_t> of_node;  // one more than the group's place
  for (const auto& each : pending) {
    const auto node =
        each.asking ? std::optional(map_.number_of(*each.asking)) : map_.owner(requests.slot(each.request));
    if (!node) {
      round.stuck.push_back({each.request, std::nullopt, failure_of("CLUSTERDOWN")});
      continue;
    }
    if (*node >= of_node.size()) of_node.resize(*node + 1);
    auto& group = of_node[*node];
    if (group == 0) {
      groups.push_back({map_.nodes()[*node]});
      group = groups.size();
    }
    groups[group - 1].pending.push_back(each);
  }
  return groups;
}

void ClusterNodes::send(const Group& group, SlotRequests& requests, const Manner& manner) {
  auto& to = connection(group.address, manner.operation);
  auto& knows_script = nodes_[group.address].knows_script;
  if (!manner.script.empty() && !knows_script) {
    digest_ = to.ask({"SCRIPT", "LOAD", manner.script}, Phase::Await, manner.operation).text();
    knows_script = true;
  }
  commands_.clear();
  for (const auto& each : group.pending) {
    if (each.asking) commands_.add({"ASKING"});
    requests.append(each.request, commands_);
  }
  if (manner.wait_for_replicas)
    commands_.add({"WAIT", std::to_string(options_.wait_replicas), std::to_string(options_.wait_timeout.count())});
  try {
    to.send(commands_, manner.operation);
  } catch (const Error& error) {
    // Of several the first may have arrived whole.
    if (commands_.requests() == 1) throw;
    const auto lost = verdict(manner.phase, error.code() == ErrorCode::Timeout);
    raise(lost, details(manner.operation, lost, error.native_code(), error.native_text()));
  }
}

void ClusterNodes::receive(const Group& group, SlotRequests& requests, const Manner& manner, Round& round) {
  auto& from = *nodes_[group.address].connection;
  std::optional<Failure> lost;
  const auto next = [&]() -> const Reply* {
    try {
      return &from.receive(manner.phase, manner.operation);
    } catch (const Error& error) {
      lost = failure_of(error);
      return nullptr;
    }
  };
  std::vector<std::size_t> answered;
  for (const auto& each : group.pending) {
    if (!lost && each.asking) next();
    const auto* const reply = lost ? nullptr : next();
    if (!reply) {
      round.lost(requests, group, each, *lost);
    } else if (reply->is_error()) {
      redirected(group, each, reply->text(), requests, round);
    } else {
      if (manner.wait_for_replicas) answered.push_back(each.request);
      requests.answered(each.request, *reply);
    }
  }
  if (!manner.wait_for_replicas) return;
  const auto* const replicas = lost ? nullptr : next();
  if (replicas && !replicas->is_error() && replicas->integer() >= options_.wait_replicas) return;
  for (const auto request : answered) requests.lacks_replicas(request);
}

/// An error reply, which may say that the request is for another node or another time.
void ClusterNodes::redirected(const Group& group, const Pending& pending, std::string_view reply,
                              SlotRequests& requests, Round& round) {
  if (const auto to = redirection(reply, group.address)) {
    if (reply.starts_with("ASK")) {
      round.again.push_back({pending.request, to});
    } else {
      map_.move(requests.slot(pending.request), *to);
      round.map_is_old = true;
      round.again.push_back({pending.request});
    }
  } else if (reply.starts_with("TRYAGAIN")) {
    round.unstable.push_back({pending.request, group.address, failure_of(reply)});
  } else if (reply.starts_with("NOSCRIPT")) {
    nodes_[group.address].knows_script = false;
    round.again.push_back(pending);
  } else if (auto failure = failure_of(reply); failure.verdict.code == ErrorCode::Connection) {
    round.lost(requests, group, pending, failure);
  } else {
    requests.failed(pending.request, failure);
  }
}

bool ClusterNodes::usable_after(const Error&) noexcept {
  for (auto& [address, node] : nodes_)
    if (node.connection) node.connection->drain();
  return true;
}

}  // namespace trifle::stats::detail::redis
