#include "buffer/path_table.hpp"

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {

std::string_view PathTable::keep(std::string_view text) {
  text_bytes_ += text.size() + sizeof(std::string);
  return texts_.emplace_back(text);
}

std::uint32_t PathTable::node(std::uint32_t parent, std::string_view name) {
  const auto hash = text_hash(name, parent);
  const auto found = node_index_.find(
      hash, [&](std::uint32_t id) { return nodes_[id].parent == parent && same_text(nodes_[id].name, name); });
  if (found != kNone) return found;

  std::string stored;
  if (parent != kNone) {
    stored += paths_[nodes_[parent].path].stored;
    stored += '.';
  }
  if (!append_stored_path(stored, name)) throw InvalidArgument("a name of the payload is not valid UTF-8");

  const auto id = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({parent, path(stored), keep(name)});
  node_index_.insert(hash, id);
  return id;
}

std::uint32_t PathTable::path(std::string_view stored) {
  const auto hash = text_hash(stored);
  const auto found = path_index_.find(hash, [&](std::uint32_t id) { return same_text(paths_[id].stored, stored); });
  if (found != kNone) return found;

  const auto dot = stored.rfind('.');
  const auto parent = dot == std::string_view::npos ? kNone : path(stored.substr(0, dot));
  const auto id = static_cast<std::uint32_t>(paths_.size());
  paths_.push_back({.stored = keep(stored), .parent = parent});
  path_index_.insert(hash, id);
  return id;
}

std::size_t PathTable::bytes() const noexcept {
  return text_bytes_ + nodes_.size() * sizeof(Node) + paths_.size() * sizeof(Path) + node_index_.bytes() +
         path_index_.bytes();
}

void PathTable::clear() { *this = PathTable(); }

}  // namespace trifle::stats::detail
