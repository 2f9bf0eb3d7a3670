#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace trifle::stats::detail {

__extension__ using Product128 = unsigned __int128;

/// A 64-bit hash of a short text, mixed with a seed. Not for hostile collisions beyond what open addressing survives:
/// a table only gets slower, never wrong.
inline std::uint64_t text_hash(std::string_view text, std::uint64_t seed = 0) noexcept {
  constexpr std::uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15ULL;
  std::uint64_t hash = (seed + text.size()) * kMultiplier;
  const char* at = text.data();
  std::size_t left = text.size();
  const auto mix = [&hash](std::uint64_t word) {
    const auto product = static_cast<Product128>(hash ^ word) * 0xD6E8'FEB8'6659'FD93ULL;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    mix(word);
  }
  if (left >= 4) {
    std::uint32_t low;
    std::uint32_t high;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + left - 4, 4);
    mix((std::uint64_t{high} << 32) | low);
  } else if (left > 0) {
    const auto byte = [at](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])}; };
    mix(byte(0) | byte(left / 2) << 8 | byte(left - 1) << 16);
  }
  mix(kMultiplier);
  return hash;
}

/// Equality of short texts without a call: names are a few bytes long and compared for every number that is tracked.
inline bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const char* x = a.data();
  const char* y = b.data();
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    Word left;
    Word right;
    std::memcpy(&left, x + at, sizeof(Word));
    std::memcpy(&right, y + at, sizeof(Word));
    return left != right;
  };
  const auto size = a.size();
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (differ(std::uint64_t{}, at)) return false;
    return !differ(std::uint64_t{}, size - 8);
  }
  if (size >= 4) return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, size - 4);
  for (std::size_t at = 0; at < size; ++at)
    if (x[at] != y[at]) return false;
  return true;
}

/// The first and the last bytes of a text: all of one that has up to 16.
class TextEnds {
 public:
  explicit TextEnds(std::string_view text) noexcept {
    const auto size = text.size();
    if (size >= 8) {
      first_ = word<std::uint64_t>(text.data());
      last_ = word<std::uint64_t>(text.data() + size - 8);
    } else if (size >= 4) {
      first_ = word<std::uint32_t>(text.data());
      last_ = word<std::uint32_t>(text.data() + size - 4);
    } else if (size > 0) {
      first_ = bytes(text);
    }
  }

  /// Whether a text of the same length has these ends.
  [[gnu::always_inline]] bool fit(std::string_view text) const noexcept {
    const auto size = text.size();
    const char* const at = text.data();
    if (size >= 8) return word<std::uint64_t>(at) == first_ && word<std::uint64_t>(at + size - 8) == last_;
    if (size >= 4) return word<std::uint32_t>(at) == first_ && word<std::uint32_t>(at + size - 4) == last_;
    return size == 0 || bytes(text) == first_;
  }

 private:
  template <class Word>
  static std::uint64_t word(const char* at) noexcept {
    Word word;
    std::memcpy(&word, at, sizeof(word));
    return word;
  }
  static std::uint64_t bytes(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(text[i])}; };
    return byte(0) | byte(text.size() / 2) << 8 | byte(text.size() - 1) << 16;
  }

  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
};

/// Finds a small integer by hash; what it stands for is compared by the caller. Open addressing, at most half full.
/// Half of the hash is kept: a table that is looked into at random is as fast as the cache that it fits into.
class IdIndex {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  template <class Same>
  std::uint32_t find(std::uint64_t hash, Same&& same) const {
    if (slots_.empty()) return kNone;
    const auto half = static_cast<std::uint32_t>(hash);
    for (std::size_t at = half & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.id == kNone) return kNone;
      if (slot.hash == half && same(slot.id)) return slot.id;
    }
  }

  /// `id` must not be there yet.
  void insert(std::uint64_t hash, std::uint32_t id) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    place(static_cast<std::uint32_t>(hash), id);
    ++used_;
  }

  /// Forgets all, keeping the memory.
  void clear() noexcept {
    if (used_ == 0) return;
    slots_.assign(slots_.size(), Slot{});
    used_ = 0;
  }

  bool empty() const noexcept { return used_ == 0; }
  std::size_t bytes() const noexcept { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id = kNone;
  };

  void place(std::uint32_t hash, std::uint32_t id) {
    std::size_t at = hash & mask_;
    while (slots_[at].id != kNone) at = (at + 1) & mask_;
    slots_[at] = {hash, id};
  }

  void grow() {
    std::vector<Slot> before(slots_.empty() ? 64 : slots_.size() * 2);
    before.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : before)
      if (slot.id != kNone) place(slot.hash, slot.id);
  }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t used_ = 0;
};

}  // namespace trifle::stats::detail
