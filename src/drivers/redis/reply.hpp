#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct redisReplyObjectFunctions;

namespace trifle::stats::detail::redis {

/// One reply of the server, its elements one after the other as they came: no allocation per element once the memory is
/// there. An array is followed by its elements.
class Reply {
 public:
  enum class Type : std::uint8_t { Text, Status, Error, Integer, Nil, Array };

  std::size_t size() const noexcept { return nodes_.size(); }
  Type type(std::size_t node = 0) const noexcept { return nodes_[node].type; }
  /// Of a text, a status or an error; empty for anything else.
  std::string_view text(std::size_t node = 0) const noexcept {
    return std::string_view(texts_).substr(nodes_[node].from, nodes_[node].length);
  }
  /// Of an integer; of an array, how many elements it has.
  std::int64_t integer(std::size_t node = 0) const noexcept { return nodes_[node].integer; }

  bool is_error() const noexcept { return type() == Type::Error; }
  bool is_nil() const noexcept { return type() == Type::Nil; }

  /// How hiredis's reader fills one, given as its private data.
  static redisReplyObjectFunctions* functions() noexcept;

  void clear() noexcept {
    nodes_.clear();
    texts_.clear();
  }

 private:
  struct Building;
  struct Node {
    Type type;
    std::size_t from = 0;
    std::size_t length = 0;
    std::int64_t integer = 0;
  };

  std::vector<Node> nodes_;
  std::string texts_;
};

}  // namespace trifle::stats::detail::redis
