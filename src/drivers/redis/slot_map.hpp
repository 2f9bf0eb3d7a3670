#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/redis/reply.hpp"
#include "drivers/redis/slots.hpp"

namespace trifle::stats::detail::redis {

/// Where a node of a cluster is.
struct NodeAddress {
  std::string host;
  std::uint16_t port = 0;

  friend auto operator<=>(const NodeAddress&, const NodeAddress&) = default;

  /// Reads "host:port" or "[host]:port"; nothing where it is neither.
  static std::optional<NodeAddress> read(std::string_view text);
};

/// Which node serves which slot, as far as is known.
class SlotMap {
 public:
  SlotMap() : owners_(kSlots, kNobody) {}

  /// Reads the reply to CLUSTER SLOTS of the node that was asked, whose own address it may leave open. Nothing where it
  /// is no such reply.
  static std::optional<SlotMap> read(const Reply& reply, const NodeAddress& asked);

  /// All nodes that were named, replicas too. They keep their numbers.
  const std::vector<NodeAddress>& nodes() const noexcept { return nodes_; }
  /// Those that serve slots.
  std::vector<NodeAddress> masters() const;
  /// The number of the node with this address, which may be new.
  std::size_t number_of(const NodeAddress& address);

  /// The number of the node that serves a slot.
  std::optional<std::size_t> owner(Slot slot) const noexcept;
  const NodeAddress* address(Slot slot) const noexcept;
  void move(Slot slot, const NodeAddress& to);

  /// Slots that nobody serves.
  std::size_t unserved() const noexcept;

 private:
  static constexpr std::uint16_t kNobody = UINT16_MAX;

  std::vector<NodeAddress> nodes_;
  std::vector<std::uint16_t> owners_;
};

/// Where an error reply "MOVED 3999 host:port" or "ASK 3999 host:port" of a node sends us. Nothing for another one.
std::optional<NodeAddress> redirection(std::string_view reply, const NodeAddress& from);

}  // namespace trifle::stats::detail::redis
