#include <cstdint>
#include <memory>
#include <string>

#include <trifle/stats/comparison.hpp>
#include <trifle/stats/error.hpp>

#include "series/calendar_places.hpp"
#include "series/column_numbers.hpp"
#include "series/total.hpp"

namespace trifle::stats {
namespace {

using detail::Column;
using detail::ColumnBuilder;
using detail::Columns;
using detail::Frame;

void check_alike(const Series& a, const Series& b) {
  const auto refuse = [](const std::string& what, const std::string& one, const std::string& other) {
    throw InvalidArgument("compare: the " + what + " differ, " + one + " and " + other, {.operation = "compare"});
  };
  if (a.granularity() != b.granularity())
    refuse("granularities", a.granularity()->to_string(), b.granularity()->to_string());
  if (a.bucketing().time_zone() != b.bucketing().time_zone())
    refuse("time zones", a.bucketing().time_zone(), b.bucketing().time_zone());
  if (a.bucketing().week_start() != b.bucketing().week_start())
    refuse("week starts", std::to_string(a.bucketing().week_start().c_encoding()),
           std::to_string(b.bucketing().week_start().c_encoding()));
}

/// The numbers of an earlier series, each in its counterpart's bucket.
class Moved {
 public:
  Moved(const Frame& to, const Columns& from, const CompareShift& shift)
      : rows_(detail::counterparts(to, *from.frame(), shift)), partial_((to.buckets.size() + 63) / 64) {
    bool any = false;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!rows_[row] || !from.partial(*rows_[row])) continue;
      partial_[row / 64] |= std::uint64_t{1} << (row % 64);
      any = true;
    }
    if (!any) partial_.clear();
  }

  const std::vector<std::uint64_t>& partial() const noexcept { return partial_; }

  void operator()(const Column& column, ColumnBuilder& builder) const {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!rows_[row]) continue;
      if (const auto number = column.value(*rows_[row])) builder.add(row, *number);
    }
  }

 private:
  std::vector<std::optional<std::size_t>> rows_;
  std::vector<std::uint64_t> partial_;
};

/// `combine(a, b)` of each number and its counterpart, where both are there.
template <class Combine>
Series combined(const Columns& current, const Columns& previous, const std::shared_ptr<const Frame>& frame,
                Combine&& combine) {
  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    const Column* const other = previous.find(column.name());
    if (other == nullptr) return;
    detail::for_each_number(column, {0, current.size()}, [&](std::size_t row, Number number) {
      const auto before = other->value(row);
      if (!before) return;
      if (const auto result = combine(number, *before)) builder.add(row, *result);
    });
  };
  return Series(std::make_shared<const Columns>(detail::remade(current, frame, make)));
}

}  // namespace

Comparison Series::compare(const Series& previous) const { return compare(previous, {}); }

Comparison Series::compare(const Series& previous, const CompareOptions& options) const {
  // Nothing has no counterparts; it has no granularity either, if it was made so.
  if (empty() || previous.empty()) {
    const auto none = std::make_shared<const Columns>(columns_->frame(), std::vector<Column>());
    return {*this, Series(none), Series(none), Series(none)};
  }
  check_alike(*this, previous);
  const Frame& frame = *columns_->frame();
  const Columns& earlier = *previous.columns_;
  const Moved moved(frame, earlier, options.shift ? *options.shift : detail::shift_between(*earlier.frame(), frame));
  const auto there = std::make_shared<const Columns>(
      detail::remade(earlier, detail::marked(columns_->frame(), moved.partial()), moved));
  auto either = frame.partial;
  detail::merge_marks(either, moved.partial());
  const auto both = detail::marked(columns_->frame(), std::move(either));
  return {*this, Series(there), combined(*columns_, *there, both, detail::difference),
          combined(*columns_, *there, both, [](Number a, Number b) {
            return b == Number(0) ? std::nullopt : detail::number_of(a.to_double() / b.to_double());
          })};
}

}  // namespace trifle::stats
