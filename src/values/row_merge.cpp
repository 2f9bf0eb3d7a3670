#include "values/row_merge.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "values/json_scanner.hpp"
#include "values/number_text.hpp"
#include "values/row_cursor.hpp"
#include "values/row_member.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

/// What a byte of a stored name says about the whole name.
enum class Byte : std::uint8_t { Plain, End, Declined, Suspect };

constexpr auto kBytes = [] {
  std::array<Byte, 256> bytes{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) bytes[byte] = Byte::Declined;
  for (std::size_t byte = 0x80; byte < 0x100; ++byte) bytes[byte] = Byte::Suspect;
  bytes['"'] = Byte::End;
  bytes['\\'] = bytes['$'] = bytes['*'] = Byte::Declined;
  bytes['%'] = Byte::Suspect;
  return bytes;
}();

/// The end of the canonical name that begins at `p`; nothing where it isn't one.
const char* name_end(const char* p, const char* last) noexcept {
  const char* const first = p;
  bool suspect = false;
  for (; p != last; ++p) {
    const Byte byte = kBytes[static_cast<unsigned char>(*p)];
    if (byte == Byte::Plain) continue;
    if (byte == Byte::End) return suspect && !is_canonical({first, static_cast<std::size_t>(p - first)}) ? nullptr : p;
    if (byte == Byte::Declined) return nullptr;
    suspect = true;
  }
  return nullptr;
}

/// True where the bytes at `p` are the name, which then is written as itself: in JSON a control character never is.
bool is_name(const char* p, std::string_view name) noexcept {
  return same_bytes(p, name.data(), name.size()) && !has_control(p, name.size());
}

/// The names met so far, by hash: two names that share one are taken for duplicates, which costs time only.
class SeenNames {
 public:
  /// False where it was there before.
  bool add(std::uint64_t hash) {
    hash |= 1;
    if (count_ < few_.size()) {
      for (std::size_t i = 0; i < count_; ++i) {
        if (few_[i] == hash) return false;
      }
      few_[count_++] = hash;
      return true;
    }
    if (count_ * 2 >= table_.size()) grow();
    if (!insert(hash)) return false;
    ++count_;
    return true;
  }

 private:
  bool insert(std::uint64_t hash) noexcept {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t i = (hash >> 1) & mask;; i = (i + 1) & mask) {
      if (table_[i] == hash) return false;
      if (table_[i] != 0) continue;
      table_[i] = hash;
      return true;
    }
  }

  void grow() {
    std::vector<std::uint64_t> before(few_.begin(), few_.end());
    if (!table_.empty()) before.swap(table_);
    table_.assign(before.size() * 4, 0);
    for (const std::uint64_t hash : before) {
      if (hash != 0) insert(hash);
    }
  }

  std::array<std::uint64_t, 16> few_;
  std::vector<std::uint64_t> table_;  // open addressing; 0 is free
  std::size_t count_ = 0;
};

/// The changes of one row, found by name: usually the next one is meant.
class Changes {
 public:
  static constexpr std::size_t kNone = SIZE_MAX;

  Changes(std::span<const Field> increments, std::span<const Field> sets)
      : increments_(increments), sets_(sets), size_(increments.size() + sets.size()) {
    if (size_ > few_done_.size() * 64) many_done_.resize((size_ + 63) / 64);
    done_ = many_done_.empty() ? few_done_.data() : many_done_.data();
  }

  std::size_t size() const noexcept { return size_; }
  bool is_set(std::size_t i) const noexcept { return i >= increments_.size(); }
  const Field& operator[](std::size_t i) const noexcept {
    return is_set(i) ? sets_[i - increments_.size()] : increments_[i];
  }

  /// The change that is probably meant by the next member.
  std::size_t next() const noexcept { return next_; }

  std::size_t find(std::string_view name) {
    constexpr std::size_t kFew = 8;
    if (size_ > kFew) return find_by_hash(name);
    for (std::size_t i = 0; i < size_; ++i) {
      if (same((*this)[i].name, name)) return i;
    }
    return kNone;
  }

  /// False where it was done before.
  bool mark(std::size_t i) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    if ((done_[i / 64] & bit) != 0) return false;
    done_[i / 64] |= bit;
    next_ = i + 1;
    ++done_count_;
    return true;
  }

  bool is_done(std::size_t i) const noexcept { return (done_[i / 64] >> (i % 64) & 1) != 0; }
  bool all_done() const noexcept { return done_count_ == size_; }

 private:
  static bool same(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
  }

  std::size_t find_by_hash(std::string_view name) {
    if (slots_.empty()) index();
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash_of(name.data(), name.size()) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
      const std::size_t i = slots_[slot] - 1;
      if (same((*this)[i].name, name)) return i;
    }
    return kNone;
  }

  void index() {
    std::size_t capacity = 32;
    while (capacity < size_ * 2) capacity *= 2;
    slots_.assign(capacity, 0);
    const std::size_t mask = capacity - 1;
    for (std::size_t i = 0; i < size_; ++i) {
      const std::string_view name = (*this)[i].name;
      std::size_t slot = hash_of(name.data(), name.size()) & mask;
      while (slots_[slot] != 0) slot = (slot + 1) & mask;
      slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
  }

  std::span<const Field> increments_;
  std::span<const Field> sets_;
  std::size_t size_;
  std::size_t next_ = 0;
  std::size_t done_count_ = 0;
  std::array<std::uint64_t, 4> few_done_{};
  std::vector<std::uint64_t> many_done_;
  std::uint64_t* done_;
  std::vector<std::uint32_t> slots_;  // a hash table of change numbers + 1
};

/// Writes over a string that has room for it, and remembers how much of the stored text has been dealt with.
class Copier {
 public:
  Copier(const char* from, const char* last, char* to) noexcept : from_(from), last_(last), to_(to) {}

  /// Copies up to `p`.
  void keep(const char* p) noexcept {
    const auto size = static_cast<std::size_t>(p - from_);
    if (size <= kBlock && last_ - from_ >= static_cast<std::ptrdiff_t>(kBlock)) {
      std::memcpy(to_, from_, kBlock);  // of a fixed size, which is quick; what is too much will be overwritten
    } else {
      std::memcpy(to_, from_, size);
    }
    to_ += size;
    from_ = p;
  }

  /// Writes a number in place of what is stored up to `p`.
  void replace(Number number, const char* p) noexcept {
    to_ = write_number(to_, number);
    from_ = p;
  }

  char* end() const noexcept { return to_; }

  static constexpr std::size_t kBlock = 32;

 private:
  const char* from_;
  const char* last_;
  char* to_;
};

/// The end of a value that stays as it is; nothing for an object and for what isn't valid.
const char* kept_value_end(const char* p, const char* last) noexcept {
  Number number;
  if (const char* end = read_plain_number(p, number)) return end;
  JsonScanner scanner(p, p, last + 1);
  std::string_view raw;
  if (*p == '{') return nullptr;
  if (scanner.number(raw)) return read_number(raw) ? scanner.position() : nullptr;
  scanner = JsonScanner(p, p, last + 1);
  return scanner.value() ? scanner.position() : nullptr;
}

/// The end of a number that changes; nothing for other values.
const char* read_stored_number(const char* p, const char* last, Number& number) noexcept {
  if (const char* end = read_plain_number(p, number)) return end;
  JsonScanner scanner(p, p, last + 1);
  std::string_view raw;
  if (!scanner.number(raw)) return nullptr;
  const auto read = read_number(raw);
  if (!read) return nullptr;
  number = *read;
  return scanner.position();
}

bool merge_members(const char* p, const char* last, Changes& changes, Copier& copier) {
  SeenNames kept;
  for (;;) {
    if (*p != '"') return false;
    ++p;
    std::size_t change = changes.next();
    const std::string_view predicted = change < changes.size() ? changes[change].name : std::string_view();
    const char* end = p + predicted.size();
    if (change == changes.size() || static_cast<std::size_t>(last - p) <= predicted.size() || *end != '"' ||
        !is_name(p, predicted)) {
      end = name_end(p, last);
      if (end == nullptr) return false;
      const std::string_view name(p, static_cast<std::size_t>(end - p));
      change = changes.find(name);
      if (change == Changes::kNone && !kept.add(hash_of(name.data(), name.size()))) return false;
    }
    p = end + 1;
    if (*p != ':') p = after_space(p);
    if (*p != ':') return false;
    ++p;
    if (*p <= ' ') p = after_space(p);

    if (change == Changes::kNone) {
      p = kept_value_end(p, last);
      if (p == nullptr) return false;
    } else {
      if (!changes.mark(change)) return false;
      copier.keep(p);
      Number number;
      if (changes.is_set(change)) {
        p = kept_value_end(p, last);
        number = changes[change].number;
      } else {
        p = read_stored_number(p, last, number);
        number += changes[change].number;
      }
      if (p == nullptr || !number.is_finite()) return false;
      copier.replace(number, p);
    }

    if (*p <= ' ') p = after_space(p);
    if (*p != ',') break;
    ++p;
    if (*p <= ' ') p = after_space(p);
  }
  if (p != last) return false;
  copier.keep(p);
  return true;
}

void append_undone(const Changes& changes, std::string& out) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!changes.is_done(i)) append_member(out, changes[i]);
  }
}

}  // namespace

bool merge_plain_row(std::string_view stored, std::span<const Field> increments, std::span<const Field> sets,
                     std::string& out) {
  const std::string_view object = object_text(stored);
  if (object.empty()) return false;
  const char* const last = object.data() + object.size() - 1;
  const char* const first = after_space(object.data() + 1);

  Changes changes(increments, sets);
  out.resize(object.size() + changes.size() * kNumberLength + Copier::kBlock);
  Copier copier(object.data(), last, out.data());
  const bool is_empty = first == last;
  if (is_empty) {
    copier.keep(object.data() + 1);
  } else if (!merge_members(first, last, changes, copier)) {
    return false;
  }
  out.resize(static_cast<std::size_t>(copier.end() - out.data()));
  if (!changes.all_done()) append_undone(changes, out);
  out += '}';
  return true;
}

}  // namespace trifle::stats::detail
