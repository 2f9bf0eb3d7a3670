#include "buffer/flat_shapes.hpp"

#include <algorithm>

namespace trifle::stats::detail {

const FlatShapes::Names* FlatShapes::of(std::span<const std::uint32_t> nodes, const PathTable& paths) {
  if (nodes.size() > kLongest) return nullptr;
  for (const auto node : nodes)
    if (node == PathTable::kNone || paths.node_at(node).parent != PathTable::kNone) return nullptr;
  const auto hash = text_hash({reinterpret_cast<const char*>(nodes.data()), nodes.size_bytes()});
  const auto found = index_.find(hash, [&](std::uint32_t id) { return std::ranges::equal(shapes_[id].nodes, nodes); });
  if (found != IdIndex::kNone) return &shapes_[found].names;

  Shape& shape = shapes_.emplace_back();
  shape.nodes.assign(nodes.begin(), nodes.end());
  shape.names.reserve(nodes.size());
  for (const auto node : nodes) {
    const auto text = paths.node_at(node).name;
    shape.names.push_back({TextEnds(text), text});
  }
  index_.insert(hash, static_cast<std::uint32_t>(shapes_.size() - 1));
  bytes_ += sizeof(Shape) + nodes.size() * (sizeof(Name) + sizeof(std::uint32_t)) + 64;
  return &shape.names;
}

}  // namespace trifle::stats::detail
