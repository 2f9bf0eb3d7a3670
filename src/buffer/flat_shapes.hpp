#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "buffer/id_index.hpp"
#include "buffer/path_table.hpp"

namespace trifle::stats::detail {

/// The names of payloads that have numbers and no maps, in order and as written: most payloads are like one that came
/// before, and are compared with it in one pass. The names' text is the path table's.
class FlatShapes {
 public:
  static constexpr std::size_t kLongest = 32;  // a bit for each

  struct Name {
    TextEnds ends;
    std::string_view text;

    bool is(std::string_view other) const noexcept {
      return text.size() == other.size() && ends.fit(other) && (text.size() <= 16 || same_text(text, other));
    }
  };
  using Names = std::vector<Name>;

  /// Of these nodes; null where one stands in a map, came by its stored name (kNone), or there are too many. Valid
  /// until `clear`.
  const Names* of(std::span<const std::uint32_t> nodes, const PathTable& paths);

  std::size_t bytes() const noexcept { return bytes_ + index_.bytes(); }
  void clear() { *this = FlatShapes(); }

 private:
  struct Shape {
    std::vector<std::uint32_t> nodes;
    Names names;
  };

  std::deque<Shape> shapes_;
  IdIndex index_;
  std::size_t bytes_ = 0;
};

}  // namespace trifle::stats::detail
