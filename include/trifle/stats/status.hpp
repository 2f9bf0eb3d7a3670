#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/number.hpp>

namespace trifle::stats {

/// A leaf of a status: null, yes or no, a number or a text.
using StatusValue = std::variant<std::nullptr_t, bool, Number, std::string>;

/// One name of a status written in braces, `{"state", "idle"}`; valid within its full expression, as `Entry` is.
class StatusEntry {
 public:
  template <Numeric T>
  constexpr StatusEntry(std::string_view name, T number) : name_(name), value_(Number(number)) {}
  constexpr StatusEntry(std::string_view name, Number number) noexcept : name_(name), value_(number) {}
  constexpr StatusEntry(std::string_view name, std::same_as<bool> auto yes) noexcept : name_(name), value_(yes) {}
  constexpr StatusEntry(std::string_view name, std::nullptr_t) noexcept : name_(name), value_(nullptr) {}
  constexpr StatusEntry(std::string_view name, std::string_view text) noexcept : name_(name), value_(text) {}
  constexpr StatusEntry(std::string_view name, const char* text) noexcept
      : name_(name), value_(std::string_view(text)) {}
  StatusEntry(std::string_view name, const std::string& text) noexcept : name_(name), value_(std::string_view(text)) {}
  constexpr StatusEntry(std::string_view name, std::initializer_list<StatusEntry> map) noexcept
      : name_(name), map_(map), is_map_(true) {}

  using Leaf = std::variant<std::nullptr_t, bool, Number, std::string_view>;

  constexpr std::string_view name() const noexcept { return name_; }
  constexpr bool is_map() const noexcept { return is_map_; }
  constexpr const Leaf& value() const noexcept { return value_; }
  constexpr std::span<const StatusEntry> map() const noexcept { return {map_.begin(), map_.size()}; }

 private:
  std::string_view name_;
  Leaf value_ = nullptr;
  std::initializer_list<StatusEntry> map_;
  bool is_map_ = false;
};

/// What a status says: names (paths, as in a Payload) with their values. A value.
class StatusValues {
 public:
  StatusValues() = default;
  /// Throws InvalidArgument for invalid UTF-8, for an empty map and for a number that isn't finite.
  StatusValues(std::initializer_list<StatusEntry> entries);  // NOLINT(google-explicit-constructor): braces are values

  /// Adds or replaces one. Throws as the constructor does.
  StatusValues& set(std::string_view path, StatusValue value);

  /// The value at a path; nothing where there is none, or where the path is a map.
  std::optional<StatusValue> operator[](std::string_view path) const;

  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }

  /// Ascending by path, in the stored form (see Path::stored).
  const std::map<std::string, StatusValue, std::less<>>& items() const noexcept { return items_; }

  /// One nested JSON object, names sorted, numbers exact.
  std::string to_json() const;

  friend bool operator==(const StatusValues&, const StatusValues&) = default;

 private:
  std::map<std::string, StatusValue, std::less<>> items_;
};

/// The latest status of a key, as `scan` returns it.
struct Status {
  Instant at;
  StatusValues values;

  std::optional<StatusValue> operator[](std::string_view path) const { return values[path]; }
};

}  // namespace trifle::stats
