#include "drivers/redis/row_decoder.hpp"

#include <charconv>
#include <optional>

#include "values/number_text.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail::redis {
namespace {

/// A small whole number, as most are; the rest is read_number's.
std::optional<Number> number_of(std::string_view text) noexcept {
  if (!text.empty() && text.size() < 19 && text.front() != '+') {
    std::int64_t integer = 0;
    const auto* const last = text.data() + text.size();
    if (std::from_chars(text.data(), last, integer).ptr == last) return Number(integer);
  }
  return read_number(text);
}

}  // namespace

BucketNames::BucketNames(const Layout& layout, const RowRange& range) {
  layout.append_key(name_, range.key, range.granularity, 0);
  name_.pop_back();  // the bucket
  prefix_ = name_.size();
}

std::string_view BucketNames::of(std::int64_t bucket) {
  char digits[24];
  name_.resize(prefix_);
  name_.append(digits, std::to_chars(digits, digits + sizeof digits, bucket).ptr);
  return name_;
}

void RowDecoder::take(std::int64_t bucket, const Reply& reply) {
  fields_.clear();
  for (std::size_t node = 1; node + 1 < reply.size(); node += 2) {
    const auto number = number_of(reply.text(node + 1));
    if (number) fields_.push_back({canonical_name(node / 2, reply.text(node)), *number});
  }
  if (!fields_.empty()) sink_.fields(bucket, fields_);
}

/// The canonical form of a name, which mostly is the one that came in this place before.
std::string_view RowDecoder::canonical_name(std::size_t place, std::string_view name) {
  // The empty name, which a new place holds, is canonical.
  if (place >= known_.size()) known_.resize(place + 1);
  auto& [stored, known] = known_[place];
  if (stored != name) {
    stored = name;
    known = is_canonical(name) ? std::string(name) : canonical(name);
  }
  return known;
}

}  // namespace trifle::stats::detail::redis
