#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trifle::stats::detail::postgres {

/// The parameters of one statement in the server's binary format, which neither quotes nor depends on the session's
/// settings. The statement's text names their types.
class Parameters {
 public:
  void text(std::string_view value) { values_.emplace_back(value); }
  void bytes(std::span<const std::uint8_t> value);
  void int8(std::int64_t value);
  void jsonb(std::string_view json);
  /// A timestamptz: microseconds since 2000. `at` is unix seconds.
  void time(std::int64_t at);

  /// A finished array.
  void array(std::string&& binary) { values_.push_back(std::move(binary)); }

  std::size_t size() const noexcept { return values_.size(); }
  const std::string& operator[](std::size_t i) const noexcept { return values_[i]; }

 private:
  std::vector<std::string> values_;
};

/// An array parameter of one dimension.
class ArrayBuilder {
 public:
  enum class Of { Text, Jsonb, Int8, Time, Place, Transaction };

  explicit ArrayBuilder(Of type);

  void text(std::string_view value);
  void jsonb(std::string_view json);
  void int8(std::int64_t value);
  void time(std::int64_t at);
  void transaction(std::uint32_t number);
  /// A value as the server sent it.
  void raw(std::string_view binary);

  std::size_t size() const noexcept { return size_; }
  std::size_t bytes() const noexcept { return binary_.size(); }
  void reserve(std::size_t bytes) { binary_.reserve(bytes); }
  std::string finish() &&;

 private:
  std::string binary_;
  std::uint32_t size_ = 0;
};

/// Of a value in the server's binary format.
std::int64_t read_int8(std::string_view binary) noexcept;

/// Unix seconds of a timestamptz; `is_whole` tells whether it lies on a second. The infinities are far outside of the
/// years that a bucket can have.
struct ReadTime {
  std::int64_t at = 0;
  bool is_whole = true;
};
ReadTime read_time(std::string_view binary) noexcept;

/// The text of a jsonb.
std::string_view read_jsonb(std::string_view binary) noexcept;

}  // namespace trifle::stats::detail::postgres
