#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <trifle/stats/number.hpp>

namespace trifle::stats::detail {

/// The quick steps through the ordinary row, {"name":123,"other":4.5}, which the merge and the reader share. They work
/// on text whose last byte is the closing brace: it stops every number, so that digits need no look at the end. What
/// they don't know they decline, and the strict scanner decides.

/// The stored text without space around it, if it looks like an object; empty otherwise.
inline std::string_view object_text(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\n\r";
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') return text;
  const std::size_t first = text.find_first_not_of(kSpace);
  const std::size_t last = text.find_last_not_of(kSpace);
  if (first == std::string_view::npos || first == last || text[first] != '{' || text[last] != '}') return {};
  return text.substr(first, last - first + 1);
}

inline const char* after_space(const char* p) noexcept {
  while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r') ++p;
  return p;
}

template <class T>
T load(const char* p) noexcept {
  T bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

/// memcmp for short texts, in place.
inline bool same_bytes(const char* a, const char* b, std::size_t size) noexcept {
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      if (load<std::uint64_t>(a + i) != load<std::uint64_t>(b + i)) return false;
    }
    return load<std::uint64_t>(a + size - 8) == load<std::uint64_t>(b + size - 8);
  }
  if (size >= 4) {
    return load<std::uint32_t>(a) == load<std::uint32_t>(b) &&
           load<std::uint32_t>(a + size - 4) == load<std::uint32_t>(b + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

/// True where a byte is below 0x20.
inline bool has_control(const char* p, std::size_t size) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  std::uint64_t found = 0;
  const auto look = [&](std::uint64_t bytes) { found |= (bytes - kOnes * 0x20) & ~bytes; };
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) look(load<std::uint64_t>(p + i));
    look(load<std::uint64_t>(p + size - 8));
    return (found & kOnes * 0x80) != 0;
  }
  for (std::size_t i = 0; i < size; ++i) found |= static_cast<unsigned char>(p[i]) < 0x20 ? 1U : 0U;
  return found != 0;
}

/// memcpy for short texts, in place.
inline char* copy_bytes(char* to, const char* from, std::size_t size) noexcept {
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) std::memcpy(to + i, from + i, 8);
    std::memcpy(to + size - 8, from + size - 8, 8);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
  return to + size;
}

/// Good for tables of names inside the process.
inline std::uint64_t hash_of(const char* p, std::size_t size) noexcept {
  constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15U;
  std::uint64_t hash = size * kMix;
  const auto stir = [&](std::uint64_t bytes) {
    hash = (hash ^ bytes) * kMix;
    hash ^= hash >> 29;
  };
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) stir(load<std::uint64_t>(p + i));
    stir(load<std::uint64_t>(p + size - 8));
  } else {
    std::uint64_t bytes = 0;
    if (size > 0) std::memcpy(&bytes, p, size);  // an empty name may have no address
    stir(bytes);
  }
  hash *= kMix;
  return hash ^ hash >> 32;
}

inline constexpr double kPowersOf10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

/// Reads an integer of up to 18 digits or a short decimal without exponent, just as read_number does, and returns its
/// end; nothing where it is something else. Both operands of the division are exact, so its result is the nearest
/// double.
inline const char* read_plain_number(const char* p, Number& number) noexcept {
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  const char* const first = p;
  std::uint64_t digits = 0;
  unsigned digit = 0;
  while ((digit = static_cast<unsigned char>(*p) - unsigned{'0'}) < 10) {
    digits = digits * 10 + digit;
    ++p;
  }
  const auto length = static_cast<std::size_t>(p - first);
  if (length == 0 || length > 18 || (length > 1 && *first == '0')) return nullptr;
  if (*p == '.') {
    const char* const fraction = ++p;
    while ((digit = static_cast<unsigned char>(*p) - unsigned{'0'}) < 10) {
      digits = digits * 10 + digit;
      ++p;
    }
    const auto places = static_cast<std::size_t>(p - fraction);
    constexpr std::uint64_t kExactIntegers = std::uint64_t{1} << 53;
    if (places == 0 || length + places > 18 || digits > kExactIntegers || *p == 'e' || *p == 'E') return nullptr;
    const double real = static_cast<double>(digits) / kPowersOf10[places];
    const auto whole = static_cast<std::int64_t>(real);
    if (static_cast<double>(whole) == real) {
      number = Number(negative ? -whole : whole);
    } else {
      number = Number(negative ? -real : real);
    }
    return p;
  }
  if (*p == 'e' || *p == 'E') return nullptr;
  number = Number(negative ? -static_cast<std::int64_t>(digits) : static_cast<std::int64_t>(digits));
  return p;
}

/// How many of the eight bytes at `p` are digits before the first that isn't, and the number that they spell; in one
/// go, for a loop that ends now here, now there costs more than its steps. Little endian only.
struct Digits {
  unsigned count;
  std::uint64_t number;
};
inline Digits read_digits(const char* p) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t digits = load<std::uint64_t>(p) ^ 0x30 * kOnes;
  const std::uint64_t others = (digits | (digits + 0x06 * kOnes)) & 0xF0 * kOnes;
  const auto count = static_cast<unsigned>(std::countr_zero(others)) / 8;  // 8 where all are digits
  if (count == 0) return {0, 0};
  std::uint64_t number = digits << (64 - 8 * count);  // zeros before them
  number = (number & 0x0F * kOnes) * 2561 >> 8;
  number = (number & 0x00FF00FF00FF00FF) * 6553601 >> 16;
  number = (number & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
  return {count, number};
}

/// The same as above, quicker where there is room up to `last`, the closing brace.
inline const char* read_plain_number(const char* p, const char* last, Number& number) noexcept {
  if constexpr (std::endian::native != std::endian::little) return read_plain_number(p, number);
  const bool negative = *p == '-';
  const char* const first = p + (negative ? 1 : 0);
  if (last - first < 8) return read_plain_number(p, number);
  const Digits whole = read_digits(first);
  if (whole.count == 0 || whole.count == 8 || (*first == '0' && whole.count > 1)) return read_plain_number(p, number);
  const char* const end = first + whole.count;
  if (*end == ',' || *end == '}') {
    const auto integer = static_cast<std::int64_t>(whole.number);
    number = Number(negative ? -integer : integer);
    return end;
  }
  if (*end != '.' || last - end < 9) return read_plain_number(p, number);
  const Digits fraction = read_digits(end + 1);
  const char* const behind = end + 1 + fraction.count;
  // Digits up to a last one that isn't 0 are no integer, nor is the double that is nearest to so few of them.
  if (fraction.count == 0 || fraction.count == 8 || behind[-1] == '0' || (*behind != ',' && *behind != '}'))
    return read_plain_number(p, number);
  const double power = kPowersOf10[fraction.count];
  const double real = (static_cast<double>(whole.number) * power + static_cast<double>(fraction.number)) / power;
  number = Number(negative ? -real : real);
  return behind;
}

}  // namespace trifle::stats::detail
