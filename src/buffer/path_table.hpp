#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "buffer/id_index.hpp"

namespace trifle::stats::detail {

/// Gives every path a small number, whatever its spelling. `{"a", {{"b", 1}}}`, `{"a.b", 1}` and the stored "a.b" are
/// one path. Spelled names are nodes of a tree, so that a name met before costs one comparison or one lookup and no
/// parsing.
class PathTable {
 public:
  static constexpr std::uint32_t kNone = IdIndex::kNone;

  struct Node {
    std::uint32_t parent;  ///< the map that it stands in, kNone at the top
    std::uint32_t path;
    std::string_view name;  ///< as written
  };

  struct Path {
    std::string_view stored;
    std::uint32_t parent;     ///< the path without its last name, kNone at the top
    std::uint64_t stamp = 0;  ///< of the last payload that named it, see Merge
    std::uint64_t entry = 0;  ///< serial of the entry where it was added last
    std::uint32_t slot = 0;   ///< and its slot there
  };

  /// The node of a name as written, in a map or at the top. Throws InvalidArgument for invalid UTF-8.
  std::uint32_t node(std::uint32_t parent, std::string_view name);

  /// The path of a canonical stored name.
  std::uint32_t path(std::string_view stored);

  const Node& node_at(std::uint32_t id) const { return nodes_[id]; }
  Path& path_at(std::uint32_t id) { return paths_[id]; }
  const Path& path_at(std::uint32_t id) const { return paths_[id]; }
  std::size_t paths() const noexcept { return paths_.size(); }

  std::size_t bytes() const noexcept;
  void clear();

 private:
  std::string_view keep(std::string_view text);

  std::vector<Node> nodes_;
  std::vector<Path> paths_;
  IdIndex node_index_;
  IdIndex path_index_;
  std::deque<std::string> texts_;
  std::size_t text_bytes_ = 0;
};

}  // namespace trifle::stats::detail
