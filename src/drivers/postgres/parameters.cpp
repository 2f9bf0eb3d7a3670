#include "drivers/postgres/parameters.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::int64_t kSecond = 1'000'000;   // microseconds
constexpr std::int64_t kEpoch = 946'684'800;  // 2000-01-01, in unix seconds
constexpr char kJsonbVersion = 1;             // the first byte of a jsonb's binary form
constexpr std::size_t kSizeOffset = 12;       // of an array's length in its header

template <class T>
void append(std::string& out, T value) {
  using Bits = std::make_unsigned_t<T>;
  const auto bits = static_cast<Bits>(value);
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(bits >> (8 * (sizeof(T) - 1 - i)));
  out.append(bytes, sizeof bytes);
}

std::int32_t oid_of(ArrayBuilder::Of type) {
  switch (type) {
    case ArrayBuilder::Of::Text:
      return 25;
    case ArrayBuilder::Of::Jsonb:
      return 3802;
    case ArrayBuilder::Of::Int8:
      return 20;
    case ArrayBuilder::Of::Place:
      return 27;  // tid
    case ArrayBuilder::Of::Transaction:
      return 28;  // xid
    case ArrayBuilder::Of::Time:
      break;
  }
  return 1184;  // timestamptz
}

}  // namespace

void Parameters::bytes(std::span<const std::uint8_t> value) {
  values_.emplace_back(reinterpret_cast<const char*>(value.data()), value.size());
}

void Parameters::int8(std::int64_t value) { append(values_.emplace_back(), value); }

void Parameters::jsonb(std::string_view json) {
  values_.emplace_back(1, kJsonbVersion);
  values_.back().append(json);
}

void Parameters::time(std::int64_t at) { int8((at - kEpoch) * kSecond); }

ArrayBuilder::ArrayBuilder(Of type) {
  append(binary_, std::int32_t{1});  // dimensions
  append(binary_, std::int32_t{0});  // no NULL in it
  append(binary_, oid_of(type));
  append(binary_, std::int32_t{0});  // how many: known at the end
  append(binary_, std::int32_t{1});  // the first has number 1
}

void ArrayBuilder::raw(std::string_view binary) {
  append(binary_, static_cast<std::int32_t>(binary.size()));
  binary_.append(binary);
  ++size_;
}

void ArrayBuilder::text(std::string_view value) { raw(value); }

void ArrayBuilder::jsonb(std::string_view json) {
  append(binary_, static_cast<std::int32_t>(json.size() + 1));
  binary_ += kJsonbVersion;
  binary_.append(json);
  ++size_;
}

void ArrayBuilder::int8(std::int64_t value) {
  append(binary_, std::int32_t{8});
  append(binary_, value);
  ++size_;
}

void ArrayBuilder::time(std::int64_t at) { int8((at - kEpoch) * kSecond); }

void ArrayBuilder::transaction(std::uint32_t number) {
  append(binary_, std::int32_t{4});
  append(binary_, static_cast<std::int32_t>(number));
  ++size_;
}

std::string ArrayBuilder::finish() && {
  std::string size;
  append(size, size_);
  binary_.replace(kSizeOffset, size.size(), size);
  return std::move(binary_);
}

std::int64_t read_int8(std::string_view binary) noexcept {
  std::uint64_t bits = 0;
  for (const char c : binary) bits = bits << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(bits);
}

ReadTime read_time(std::string_view binary) noexcept {
  const std::int64_t since = read_int8(binary);
  std::int64_t seconds = since / kSecond;
  const std::int64_t rest = since % kSecond;
  if (rest < 0) --seconds;
  return {seconds + kEpoch, rest == 0};
}

std::string_view read_jsonb(std::string_view binary) noexcept { return binary.empty() ? binary : binary.substr(1); }

}  // namespace trifle::stats::detail::postgres
