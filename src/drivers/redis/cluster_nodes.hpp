#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/drivers/redis.hpp>

#include "drivers/redis/connection.hpp"
#include "drivers/redis/slot_map.hpp"
#include "drivers/redis/slot_requests.hpp"

namespace trifle::stats::detail::redis {

/// How a cluster is asked.
struct Manner {
  std::string_view operation;
  Phase phase = Phase::Await;      ///< what a lost connection means
  std::string_view script = {};    ///< one that the nodes must know before
  bool wait_for_replicas = false;  ///< as the options say
};

/// Connections to the nodes of a cluster, opened when needed, and what is known of who serves what. Not for two threads
/// at once.
class ClusterNodes {
 public:
  ClusterNodes(const drivers::RedisServer& server, const drivers::RedisOptions& options);

  /// Asks all of it, each at the node that serves its slot, and follows where that sends us. All nodes are sent theirs
  /// before the first reply is awaited. What can't be asked or got no reply fails, with the outcome that `manner`
  /// means; throws only where no node at all can be reached, and what `requests` throws.
  void run(SlotRequests& requests, const Manner& manner);

  /// The digest of the last script that a node was given.
  const std::string& digest() const noexcept { return digest_; }

  /// Asks who serves what: any node that answers. Throws where none does.
  void refresh(std::string_view operation);
  const SlotMap& map() const noexcept { return map_; }

  /// The connection to a node, fit to be asked.
  Connection& connection(const NodeAddress& address, std::string_view operation);

  bool usable_after(const Error&) noexcept;

 private:
  struct Node {
    std::unique_ptr<Connection> connection;
    bool knows_script = false;
  };
  struct Pending;
  struct Group;
  struct Round;

  bool connected(const NodeAddress& address) const noexcept;
  std::vector<Group> grouped(const std::vector<Pending>& pending, const SlotRequests& requests, Round& round);
  void send(const Group& group, SlotRequests& requests, const Manner& manner);
  void receive(const Group& group, SlotRequests& requests, const Manner& manner, Round& round);
  void redirected(const Group& group, const Pending& pending, std::string_view reply, SlotRequests& requests,
                  Round& round);
  bool refresh_quietly(std::string_view operation) noexcept;

  const drivers::RedisServer& server_;
  const drivers::RedisOptions& options_;
  std::vector<NodeAddress> seeds_;
  SlotMap map_;
  std::map<NodeAddress, Node> nodes_;
  std::size_t refreshes_ = 0;
  std::string digest_;
  Commands commands_;
};

}  // namespace trifle::stats::detail::redis
