#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

#include "buffer/merge.hpp"

namespace trifle::stats::detail {

/// Turns entries (key × cell) into rows (key × granularity × bucket) and the system rows beside them. Keeps its memory
/// from batch to batch, and touches only the names that a batch has.
class Merge::Expansion {
 public:
  /// The rows of the oldest entries. Throws StorageError naming the rows whose sum of several cells is infinite; with
  /// `infinite`, hands over what made it so instead, and leaves it out.
  Rows expand(const Merge& merge, std::size_t entries, std::vector<DroppedRow>* infinite);

 private:
  /// An entry in one granularity; sorted, the entries of one row follow each other in the order of their steps.
  struct Part {
    std::int64_t bucket;
    std::uint32_t key;
    std::uint32_t step;
    std::uint32_t entry;
  };

  /// What the entries of one row add up to, path by path.
  class Sums {
   public:
    void reserve(std::size_t paths) {
      if (sums_.size() < paths) sums_.resize(paths);
    }
    void start() {
      ++row_;
      touched_.clear();
    }
    /// False where the sum would become infinite; it then stays as it was.
    bool apply(const Slot& slot);

    /// In the order in which the paths were met; valid until the next row.
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

  /// Texts in the arena of the batch at hand, each copied once.
  class Kept {
   public:
    std::string_view view(RowsBuilder& builder, std::uint64_t batch, std::size_t id, std::string_view text);

   private:
    struct View {
      std::string_view text;
      std::uint64_t batch = 0;
    };
    std::vector<View> views_;
  };

  static constexpr std::uint32_t kUntrackedKey = 0;  // in counts_; the others are key + 1

  void add_rows(const Merge& merge, std::string_view granularity, RowsBuilder& builder);
  void add_system_row(const Merge& merge, std::string_view granularity, std::int64_t bucket, RowsBuilder& builder);
  void count(std::uint32_t who, std::uint64_t operations);
  void name_infinite(const Merge& merge, std::uint32_t key, std::string_view granularity, std::int64_t bucket,
                     const Slot& slot);

  std::uint64_t batch_ = 0;
  std::vector<Part> parts_;
  Sums sums_;
  Kept path_names_;
  Kept key_names_;
  Kept system_names_;
  std::vector<std::int64_t> counts_;
  std::vector<std::uint32_t> counted_;
  std::vector<Field> system_fields_;
  std::vector<RowOutcome> infinite_;
  std::vector<DroppedRow>* left_out_ = nullptr;
  std::string joined_;
};

}  // namespace trifle::stats::detail
