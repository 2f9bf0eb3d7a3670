#include "drivers/redis/packed_batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "values/number_text.hpp"

namespace trifle::stats::detail::redis {
namespace {

constexpr std::size_t kNamesOfAnEntry = 1'000;  // Lua hands over some 7000 words at most, and sets take two each
constexpr std::int64_t kExact = std::int64_t{1} << 53;

template <class Word>
void append_big_endian(std::string& out, Word word) {
  char bytes[sizeof word];
  for (std::size_t i = sizeof word; i > 0; --i, word = static_cast<Word>(word >> 4 >> 4))
    bytes[i - 1] = static_cast<char>(word & 0xFF);
  out.append(bytes, sizeof word);
}

void append_array(std::string& out, std::size_t size) {
  if (size < 16) {
    out += static_cast<char>(0x90 | size);
  } else {
    out += '\xDD';
    append_big_endian(out, static_cast<std::uint32_t>(size));
  }
}

void append_text(std::string& out, std::string_view text) {
  if (text.size() < 32) {
    out += static_cast<char>(0xA0 | text.size());
  } else {
    out += '\xDB';
    append_big_endian(out, static_cast<std::uint32_t>(text.size()));
  }
  out += text;
}

void append_real(std::string& out, double real) {
  out += '\xCB';
  append_big_endian(out, std::bit_cast<std::uint64_t>(real));
}

void append_integer(std::string& out, std::int64_t integer) {
  if (integer >= 0 && integer < 128) {
    out += static_cast<char>(integer);
  } else {
    append_real(out, static_cast<double>(integer));
  }
}

void append_decimal(std::string& out, Number number) {
  char text[kNumberLength];
  append_text(out, {text, static_cast<std::size_t>(write_number(text, number) - text)});
}

void append_increment(std::string& out, Number number) {
  if (!number.is_integer()) {
    append_real(out, number.to_double());
  } else if (const auto integer = *number.to_int64(); integer >= -kExact && integer <= kExact) {
    append_integer(out, integer);
  } else {
    append_decimal(out, number);
  }
}

}  // namespace

void PackedBatch::start() {
  rows_.clear();
  added_ = 0;
  text_.clear();
  entries_.clear();
  expiries_.clear();
  any_expiry_ = false;
  shapes_.clear();
  shape_texts_.clear();
  last_names_.clear();
  last_increments_ = 0;
  last_shape_ = 0;
}

void PackedBatch::add(const Row& row, Expiry expiry) {
  auto increments = row.increments;
  auto sets = row.sets;
  do {
    const auto first = increments.first(std::min(increments.size(), kNamesOfAnEntry));
    const auto second = sets.first(std::min(sets.size(), kNamesOfAnEntry - first.size()));
    increments = increments.subspan(first.size());
    sets = sets.subspan(second.size());
    add_part(first, second);
    rows_.push_back(added_);
    if (expiry.after > 0) {
      any_expiry_ = true;
      append_array(expiries_, 2);
      append_integer(expiries_, expiry.end);
      append_integer(expiries_, expiry.after);
    } else {
      expiries_ += '\xC2';  // false
    }
  } while (!increments.empty() || !sets.empty());
  ++added_;
}

void PackedBatch::add_part(std::span<const Field> increments, std::span<const Field> sets) {
  append_array(entries_, 1 + increments.size() + sets.size());
  append_integer(entries_, static_cast<std::int64_t>(shape_of(increments, sets)));
  for (const auto& field : increments) append_increment(entries_, field.number);
  for (const auto& field : sets) append_decimal(entries_, field.number);
}

/// Its number, from 1 on. Rows in a row mostly have the same.
std::size_t PackedBatch::shape_of(std::span<const Field> increments, std::span<const Field> sets) {
  const auto size = increments.size() + sets.size();
  const auto name = [&](std::size_t i) {
    return i < increments.size() ? increments[i].name : sets[i - increments.size()].name;
  };
  if (last_shape_ > 0 && last_increments_ == increments.size() && last_names_.size() == size) {
    std::size_t same = 0;
    while (same < size && last_names_[same] == name(same)) ++same;
    if (same == size) return last_shape_;
  }
  shape_.clear();
  append_array(shape_, 1 + size);
  append_integer(shape_, static_cast<std::int64_t>(increments.size()));
  last_names_.clear();
  for (std::size_t i = 0; i < size; ++i) {
    append_text(shape_, name(i));
    last_names_.push_back(name(i));
  }
  const auto [found, is_new] = shapes_.try_emplace(shape_, shapes_.size() + 1);
  if (is_new) shape_texts_ += shape_;
  last_increments_ = increments.size();
  return last_shape_ = found->second;
}

void PackedBatch::finish() {
  append_array(text_, any_expiry_ ? 3 : 2);
  append_array(text_, shapes_.size());
  text_ += shape_texts_;
  append_array(text_, rows_.size());
  text_ += entries_;
  if (!any_expiry_) return;
  append_array(text_, rows_.size());
  text_ += expiries_;
}

}  // namespace trifle::stats::detail::redis
