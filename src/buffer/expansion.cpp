#include <algorithm>
#include <tuple>

#include <trifle/stats/error.hpp>

#include "buffer/merge.hpp"

namespace trifle::stats::detail {
namespace {

/// Adds up what several cells hold for one row, path by path.
class Accumulator {
 public:
  explicit Accumulator(std::size_t paths) : sums_(paths) {}

  void start() {
    ++row_;
    touched_.clear();
  }

  /// False where the sum becomes infinite.
  bool apply(std::uint32_t path, Change change, Number number) {
    Sum& sum = sums_[path];
    if (sum.row != row_) {
      sum = {number, change, row_};
      touched_.push_back(path);
      return true;
    }
    if (change == Change::Set) {
      sum.number = number;
      sum.change = Change::Set;
      return true;
    }
    sum.number += number;
    return sum.number.is_finite();
  }

  /// The row's fields, in the order in which its paths were met; valid until the next row.
  template <class Name>
  std::pair<std::span<const Field>, std::span<const Field>> fields(Name&& name) {
    increments_.clear();
    sets_.clear();
    for (const auto path : touched_) {
      const Sum& sum = sums_[path];
      (sum.change == Change::Set ? sets_ : increments_).push_back({name(path), sum.number});
    }
    return {increments_, sets_};
  }

 private:
  struct Sum {
    Number number;
    Change change = Change::Increment;
    std::uint64_t row = 0;
  };

  std::vector<Sum> sums_;
  std::vector<std::uint32_t> touched_;
  std::vector<Field> increments_;
  std::vector<Field> sets_;
  std::uint64_t row_ = 0;
};

/// A text's view in the arena of the rows, made when first asked for.
class Kept {
 public:
  Kept(RowsBuilder& builder, std::size_t count) : builder_(builder), views_(count) {}

  std::string_view operator()(std::size_t id, std::string_view text) {
    if (views_[id].data() == nullptr) views_[id] = builder_.keep(text);
    return views_[id];
  }

 private:
  RowsBuilder& builder_;
  std::vector<std::string_view> views_;
};

}  // namespace

Rows Merge::rows() const {
  RowsBuilder builder(config_.layout);
  builder.reserve(used_ * config_.granularities.size());
  Accumulator sums(paths_.paths());
  Kept path_names(builder, paths_.paths());
  Kept key_names(builder, keys_.size());
  Kept system_names(builder, keys_.size() + 1);
  const auto system_key = builder.keep(kSystemKey);
  const auto count_name = builder.keep("count");
  std::vector<RowOutcome> infinite;

  // An entry in one granularity; in the order in which a row's entries are applied.
  struct Part {
    std::int64_t bucket;
    std::uint32_t key;
    std::uint32_t step;
    std::uint32_t entry;
  };
  std::vector<Part> parts(used_);
  std::vector<std::int64_t> counts(config_.system_tracking ? keys_.size() + 1 : 0);  // the last is the untracked
  std::vector<std::uint32_t> counted;

  const auto width = config_.granularities.size();
  for (std::size_t g = 0; g < width; ++g) {
    const auto granularity = builder.keep(config_.granularities[g].to_string());
    for (std::uint32_t i = 0; i < used_; ++i) parts[i] = {floors_[i * width + g], entries_[i].key, entries_[i].step, i};
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
      return std::tie(a.bucket, a.key, a.step, a.entry) < std::tie(b.bucket, b.key, b.step, b.entry);
    });

    for (std::size_t first = 0; first < parts.size();) {
      const auto bucket = parts[first].bucket;
      std::int64_t total = 0;
      std::size_t next = first;
      while (next < parts.size() && parts[next].bucket == bucket) {
        const auto key = parts[next].key;
        sums.start();
        for (; next < parts.size() && parts[next].bucket == bucket && parts[next].key == key; ++next) {
          const CellEntry& entry = entries_[parts[next].entry];
          for (const Slot& slot : entry.slots) {
            if (sums.apply(slot.path, slot.change, slot.number)) continue;
            infinite.push_back({.key = keys_[key].name,
                                .granularity = std::string(granularity),
                                .at = Instant::from_unix(bucket),
                                .outcome = Outcome::NotApplied,
                                .retry_is_safe = false,
                                .reason = "the sum of " + std::string(paths_.path_at(slot.path).stored) + " becomes infinite"});
          }
          if (!config_.system_tracking) continue;
          const auto count = [&](std::uint32_t who, std::uint64_t operations) {
            if (operations == 0) return;
            if (counts[who] == 0) counted.push_back(who);
            counts[who] += static_cast<std::int64_t>(operations);
            total += static_cast<std::int64_t>(operations);
          };
          count(key, entry.tracked);
          count(static_cast<std::uint32_t>(keys_.size()), entry.untracked);
        }
        const auto [increments, sets] =
            sums.fields([&](std::uint32_t path) { return path_names(path, paths_.path_at(path).stored); });
        builder.add(key_names(key, keys_[key].name), granularity, bucket, increments, sets);
      }
      if (config_.system_tracking) {
        std::vector<Field> increments{{count_name, total}};
        for (const auto who : counted) {
          const auto name = who == keys_.size() ? std::string(kUntracked) : keys_[who].stored;
          increments.push_back({system_names(who, "keys." + name), counts[who]});
          counts[who] = 0;
        }
        counted.clear();
        builder.add(system_key, granularity, bucket, increments, {});
      }
      first = next;
    }
  }

  if (!infinite.empty()) {
    const auto message = infinite.front().reason + " in the " + infinite.front().granularity + " bucket of \"" +
                         infinite.front().key + "\"";
    throw StorageError(message, {.operation = "track", .rows = std::move(infinite)});
  }
  return builder.finish(operations_);
}

}  // namespace trifle::stats::detail
