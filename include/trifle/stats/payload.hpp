#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/number.hpp>

namespace trifle::stats {

/// One name of a payload written in braces, with its number or its map: `{"count", 1}`, `{"country", {{"us", 1}}}`.
///
/// It only points at what the braces hold, so that a call allocates nothing for it: valid within the full expression
/// that it stands in. Don't keep one; keep a `Payload`. `bool`, characters and text as a leaf don't compile.
class Entry {
 public:
  template <Numeric T>
  constexpr Entry(std::string_view name, T number) : name_(name), number_(number) {}
  constexpr Entry(std::string_view name, Number number) noexcept : name_(name), number_(number) {}
  constexpr Entry(std::string_view name, std::initializer_list<Entry> map) noexcept
      : name_(name), map_(map), is_map_(true) {}

  constexpr Entry(const Entry& other) noexcept : name_(other.name_), is_map_(other.is_map_) {
    if (is_map_) {
      std::construct_at(&map_, other.map_);
    } else {
      std::construct_at(&number_, other.number_);
    }
  }
  Entry& operator=(const Entry&) = delete;

  /// A name or a dotted path, as written.
  constexpr std::string_view name() const noexcept { return name_; }
  constexpr bool is_map() const noexcept { return is_map_; }
  /// Of an entry that is no map.
  constexpr Number number() const noexcept { return number_; }
  /// Of a map.
  constexpr std::span<const Entry> map() const noexcept { return {map_.begin(), map_.size()}; }

 private:
  std::string_view name_;
  union {
    // NOLINTBEGIN(readability-identifier-naming): as private as what is around the union
    Number number_;
    std::initializer_list<Entry> map_;
    // NOLINTEND(readability-identifier-naming)
  };
  bool is_map_ = false;
};

/// The numbers of one measurement, built at run time; in a call, braces do without it.
///
/// Names are paths (see `Path`): `add("country.us", 1)` and `{"country", {{"us", 1}}}` are the same place. A place that
/// is named twice adds up when tracked; when asserted, the last one counts. What is wrong with the whole (nothing in
/// it, not finite, a name that is both a number and a map) is said by the call that it is given to. A value: copy it,
/// move it; don't change it while another thread reads it.
class Payload {
 public:
  struct Item {
    std::string path;  ///< in the stored form, see Path::stored
    Number number;
  };

  Payload() = default;
  /// Throws InvalidArgument for invalid UTF-8 and for an empty map.
  Payload(std::initializer_list<Entry> entries);  // NOLINT(google-explicit-constructor): braces are a payload

  /// Throws InvalidArgument for invalid UTF-8.
  Payload& add(std::string_view path, Number number);

  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  const std::vector<Item>& items() const noexcept { return items_; }

 private:
  std::vector<Item> items_;
};

}  // namespace trifle::stats
