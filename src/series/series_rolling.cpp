#include <trifle/stats/series.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include <trifle/stats/error.hpp>

#include "series/column_numbers.hpp"
#include "series/total.hpp"

namespace trifle::stats {
namespace {

using detail::Column;
using detail::ColumnBuilder;

/// All that an aggregate may ask of some numbers.
struct Tally {
  std::size_t count = 0;
  detail::Total total;
  Number lowest;
  Number highest;

  void add(const Tally& other) {
    if (other.count == 0) return;
    lowest = count == 0 ? other.lowest : std::min(lowest, other.lowest, less);
    highest = count == 0 ? other.highest : std::max(highest, other.highest, less);
    count += other.count;
    total.add(other.total);
  }

  std::optional<Number> value(Aggregator by) const {
    if (count == 0) return by == Aggregator::Count ? std::optional<Number>(0) : std::nullopt;
    switch (by) {
      case Aggregator::Sum:
        return total.value();
      case Aggregator::Mean:
        return total.mean(count);
      case Aggregator::Min:
        return lowest;
      case Aggregator::Max:
        return highest;
      case Aggregator::Count:
        return static_cast<std::int64_t>(count);
    }
    return std::nullopt;
  }

  static bool less(Number a, Number b) noexcept { return a < b; }
};

Tally tally_of(Number number) {
  Tally tally{.count = 1, .total = {}, .lowest = number, .highest = number};
  tally.total.add(number);
  return tally;
}

/// The tally of the last `width` of the rows that were pushed, in constant time and without taking anything away again,
/// which fractions wouldn't survive: the rows are cut into blocks of that width, and a window is the end of one block
/// and the beginning of the next.
class Window {
 public:
  explicit Window(std::size_t width) : block_(width), before_(width) {}

  void push(const Tally& tally) {
    if (filled_ == block_.size()) {
      for (std::size_t i = filled_ - 1; i-- > 0;) {
        Tally sum = block_[i];
        sum.add(block_[i + 1]);
        block_[i] = sum;
      }
      std::swap(block_, before_);
      filled_ = 0;
      beginning_ = {};
    }
    block_[filled_++] = tally;
    beginning_.add(tally);
  }

  Tally tally() const {
    if (filled_ == block_.size()) return beginning_;
    Tally tally = before_[filled_];
    tally.add(beginning_);
    return tally;
  }

 private:
  std::vector<Tally> block_;
  std::vector<Tally> before_;  // of the block before, each with all behind it
  std::size_t filled_ = 0;
  Tally beginning_;  // of what is filled
};

}  // namespace

Series Series::rolling(std::size_t buckets, Aggregator by) const {
  if (buckets == 0) throw InvalidArgument("rolling: 0 buckets; at least 1 is needed", {.operation = "rolling"});
  std::vector<std::uint64_t> partial = columns_->frame()->partial;
  std::size_t until = 0;
  for (std::size_t row = 0; row < size() && !partial.empty(); ++row) {
    if (columns_->partial(row)) until = row + std::min(buckets, size());
    if (row < until) partial[row / 64] |= std::uint64_t{1} << (row % 64);
  }
  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    if (buckets > size()) return;
    Window window(buckets);
    std::size_t next = 0;
    const auto push = [&](const Tally& tally) {
      window.push(tally);
      if (++next < buckets) return;
      if (const auto value = window.tally().value(by)) builder.add(next - 1, *value);
    };
    detail::for_each_number(column, {0, size()}, [&](std::size_t row, Number number) {
      while (next < row) push({});
      push(tally_of(number));
    });
    while (next < size()) push({});
  };
  return Series(std::make_shared<const detail::Columns>(
      detail::remade(*columns_, detail::marked(columns_->frame(), std::move(partial)), make)));
}

}  // namespace trifle::stats
