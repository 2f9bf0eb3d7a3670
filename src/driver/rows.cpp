#include "driver/rows.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <tuple>
#include <type_traits>
#include <utility>

namespace trifle::stats::detail {
namespace {

constexpr std::size_t kFirstBlock = 4u << 10;
constexpr std::size_t kLargestBlock = 256u << 10;

static_assert(std::is_trivially_destructible_v<Field>, "fields live in the arena, which runs no destructor");

/// splitmix64 over 128 bits of seed: ids must differ, not resist an attacker.
class IdSource {
 public:
  Rows::Id next() {
    // A forked child must not go on with its parent's sequence.
    if (const auto pid = ::getpid(); pid != pid_) {
      pid_ = pid;
      std::random_device device;
      for (auto& word : state_) word = (std::uint64_t{device()} << 32) | device();
    }
    Rows::Id id;
    for (std::size_t half = 0; half < 2; ++half) {
      const auto word = mixed(state_[half] += 0x9E3779B97F4A7C15u);
      std::memcpy(id.data() + 8 * half, &word, sizeof word);
    }
    return id;
  }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  ::pid_t pid_ = -1;
  std::array<std::uint64_t, 2> state_{};
};

}  // namespace

char* RowArena::take(std::size_t size) {
  constexpr std::size_t kAlignment = alignof(Field);
  size = (size + kAlignment - 1) / kAlignment * kAlignment;
  if (size > left_) {
    const auto wanted = std::min(kLargestBlock, kFirstBlock << std::min<std::size_t>(blocks_.size(), 8));
    const auto block = std::max(size, wanted);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    next_ = blocks_.back().get();
    left_ = block;
  }
  char* const taken = next_;
  next_ += size;
  left_ -= size;
  return taken;
}

std::string_view RowsBuilder::keep(std::string_view text) {
  if (text.empty()) return {};
  char* const copy = rows_.arena_.take(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

std::span<const Field> RowsBuilder::keep(std::span<const Field> fields) {
  if (fields.empty()) return {};
  auto* const copy = reinterpret_cast<Field*>(rows_.arena_.take(fields.size_bytes()));
  std::uninitialized_copy(fields.begin(), fields.end(), copy);
  return {copy, fields.size()};
}

std::string_view RowsBuilder::stored_key(std::string_view key, std::string_view granularity, std::int64_t at) {
  if (layout_.identity == Identity::Separated && layout_.prefix.empty()) return key;
  if (layout_.identity != Identity::Full && !rows_.rows_.empty()) {
    const auto& before = rows_.rows_.back();
    if (before.key == key && before.granularity == granularity) return before.stored_key;
  }
  joined_.clear();
  layout_.append_key(joined_, key, granularity, at);
  return keep(joined_);
}

void RowsBuilder::add(std::string_view key, std::string_view granularity, std::int64_t at,
                      std::span<const Field> increments, std::span<const Field> sets) {
  const auto stored = stored_key(key, granularity, at);
  rows_.rows_.push_back({.key = key,
                         .granularity = granularity,
                         .at = at,
                         .stored_key = stored,
                         .increments = keep(increments),
                         .sets = keep(sets)});
}

Rows RowsBuilder::finish(std::size_t operations) {
  thread_local IdSource ids;
  return finish(operations, ids.next());
}

Rows RowsBuilder::finish(std::size_t operations, const Rows::Id& id) {
  std::sort(rows_.rows_.begin(), rows_.rows_.end(), [](const Row& a, const Row& b) {
    return std::tie(a.stored_key, a.granularity, a.at) < std::tie(b.stored_key, b.granularity, b.at);
  });
  rows_.id_ = id;
  rows_.operations_ = operations;
  return std::exchange(rows_, Rows{});
}

}  // namespace trifle::stats::detail
