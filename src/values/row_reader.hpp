#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <trifle/stats/number.hpp>

#include "values/row_text.hpp"

namespace trifle::stats::detail {

/// Reads many stored rows of one series into numbered columns. Rows of a series resemble each other, so it remembers
/// which name followed which and compares in place before it looks anything up. Any row is read as scan_row does, only
/// faster: leaves that are no numbers are left out. Not for several threads at once.
class RowReader {
 public:
  RowReader();
  RowReader(RowReader&&) = default;
  RowReader& operator=(RowReader&&) = default;

  /// Calls `sink(std::uint32_t column, Number)` for each number of the row, in the order of the text. A row that names
  /// a path more than once (older spellings) hands out its column as often: the sink sums. On a fault nothing is handed
  /// out.
  template <class Sink>
  [[nodiscard]] std::optional<RowFault> read(std::string_view text, Sink&& sink) {
    if (auto fault = parse(text)) return fault;
    for (const auto& leaf : leaves_) sink(leaf.column, leaf.number);
    return std::nullopt;
  }

  /// The column of a canonical stored name, made where it is new: for rows that come already taken apart.
  std::uint32_t column(const std::string& name) { return column_of(name); }

  /// The canonical stored names of the columns so far. A column is there from its first number on.
  const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  /// A name as some row spelled it.
  struct Key {
    const char* text = nullptr;  ///< with the closing quote
    std::uint32_t size = kNone;  ///< kNone is longer than any text
    std::uint32_t next = 0;      ///< the key that came behind it last
    std::uint32_t column = kNone;
  };
  struct Leaf {
    std::uint32_t column;
    Number number;
  };

  std::optional<RowFault> parse(std::string_view text);
  bool parse_plain(std::string_view object);
  std::optional<RowFault> parse_strictly(std::string_view text);
  const char* other_value(const char* p, const char* last, std::uint32_t key);
  std::uint32_t find_key(const char* p, const char* last);
  std::uint32_t& slot_of(const char* text, std::size_t size) noexcept;
  std::uint32_t add_key(std::string_view raw);
  std::uint32_t column_of(Key& key);
  std::uint32_t column_of(const std::string& name);

  std::vector<Key> keys_;             // the first is the beginning of a row
  std::vector<std::uint32_t> slots_;  // a hash table of key numbers, 0 where free
  std::deque<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> columns_;
  std::vector<std::string> names_;
  std::vector<Leaf> leaves_;
};

}  // namespace trifle::stats::detail
