#include "drivers/redis/slot_map.hpp"

#include <algorithm>
#include <charconv>

namespace trifle::stats::detail::redis {
namespace {

/// The node behind an element and all that is in it.
std::size_t behind(const Reply& reply, std::size_t node) {
  if (reply.type(node) != Reply::Type::Array) return node + 1;
  auto next = node + 1;
  for (auto left = reply.integer(node); left > 0; --left) next = behind(reply, next);
  return next;
}

}  // namespace

std::optional<NodeAddress> NodeAddress::read(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto* const last = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, last, port);
  if (read.ec != std::errc() || read.ptr != last || port == 0) return std::nullopt;
  return NodeAddress{std::string(host), port};
}

std::optional<SlotMap> SlotMap::read(const Reply& reply, const NodeAddress& asked) {
  if (reply.size() == 0 || reply.type() != Reply::Type::Array) return std::nullopt;
  SlotMap map;
  std::size_t at = 1;
  for (auto ranges = reply.integer(); ranges > 0; --ranges) {
    // [first, last, [host, port, id, …] of the master, [host, port, …] of a replica, …]
    const auto end = behind(reply, at);
    if (end - at < 6 || reply.type(at) != Reply::Type::Array) return std::nullopt;
    const auto first = reply.integer(at + 1);
    const auto last = reply.integer(at + 2);
    if (first < 0 || last < first || last >= static_cast<std::int64_t>(kSlots)) return std::nullopt;
    bool master = true;
    for (auto node = at + 3; node < end; node = behind(reply, node)) {
      if (reply.type(node) != Reply::Type::Array || reply.integer(node) < 2) return std::nullopt;
      const auto host = reply.text(node + 1);
      // It doesn't always know what it is called: nothing, or "?", means where we found it.
      const NodeAddress address{host.empty() || host == "?" ? asked.host : std::string(host),
                                static_cast<std::uint16_t>(reply.integer(node + 2))};
      const auto number = map.number_of(address);
      if (master)
        std::fill(map.owners_.begin() + first, map.owners_.begin() + last + 1, static_cast<std::uint16_t>(number));
      master = false;
    }
    at = end;
  }
  return map;
}

std::size_t SlotMap::number_of(const NodeAddress& address) {
  const auto found = std::find(nodes_.begin(), nodes_.end(), address);
  if (found != nodes_.end()) return static_cast<std::size_t>(found - nodes_.begin());
  nodes_.push_back(address);
  return nodes_.size() - 1;
}

std::vector<NodeAddress> SlotMap::masters() const {
  std::vector<NodeAddress> found;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (std::find(owners_.begin(), owners_.end(), i) != owners_.end()) found.push_back(nodes_[i]);
  return found;
}

std::optional<std::size_t> SlotMap::owner(Slot slot) const noexcept {
  if (owners_[slot] == kNobody) return std::nullopt;
  return owners_[slot];
}

const NodeAddress* SlotMap::address(Slot slot) const noexcept {
  return owners_[slot] == kNobody ? nullptr : &nodes_[owners_[slot]];
}

void SlotMap::move(Slot slot, const NodeAddress& to) { owners_[slot] = static_cast<std::uint16_t>(number_of(to)); }

std::size_t SlotMap::unserved() const noexcept {
  return static_cast<std::size_t>(std::count(owners_.begin(), owners_.end(), kNobody));
}

std::optional<NodeAddress> redirection(std::string_view reply, const NodeAddress& from) {
  if (!reply.starts_with("MOVED ") && !reply.starts_with("ASK ")) return std::nullopt;
  auto address = NodeAddress::read(reply.substr(reply.rfind(' ') + 1));
  if (address && address->host.empty()) address->host = from.host;
  return address;
}

}  // namespace trifle::stats::detail::redis
