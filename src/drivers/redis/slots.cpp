#include "drivers/redis/slots.hpp"

#include <array>
#include <charconv>
#include <vector>

namespace trifle::stats::detail::redis {
namespace {

/// CRC-16/XMODEM, as the cluster's specification has it.
constexpr std::array<std::uint16_t, 256> crc_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}
constexpr auto kCrcTable = crc_table();

unsigned crc16(std::string_view text) noexcept {
  unsigned crc = 0;
  for (const char c : text) crc = ((crc << 8) & 0xFFFF) ^ kCrcTable[(crc >> 8) ^ static_cast<unsigned char>(c)];
  return crc;
}

/// For each slot the smallest number whose digits are in it.
std::vector<std::uint32_t> find_tags() {
  constexpr std::uint32_t kNone = UINT32_MAX;
  std::vector<std::uint32_t> tags(kSlots, kNone);
  std::size_t left = kSlots;
  for (std::uint32_t number = 0; left > 0; ++number) {
    char digits[16];
    const auto* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    auto& tag = tags[crc16({digits, static_cast<std::size_t>(end - digits)}) % kSlots];
    if (tag != kNone) continue;
    tag = number;
    --left;
  }
  return tags;
}

}  // namespace

Slot slot_of(std::string_view name) noexcept {
  if (const auto open = name.find('{'); open != std::string_view::npos) {
    const auto close = name.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) name = name.substr(open + 1, close - open - 1);
  }
  return static_cast<Slot>(crc16(name) % kSlots);
}

std::string tag_of(Slot slot) {
  static const auto tags = find_tags();
  return std::to_string(tags[slot]);
}

}  // namespace trifle::stats::detail::redis
