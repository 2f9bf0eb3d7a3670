#include <trifle/stats/series.hpp>

#include <cmath>
#include <memory>
#include <string>

#include <trifle/stats/error.hpp>

#include "series/column_numbers.hpp"
#include "series/total.hpp"
#include "time/rules.hpp"
#include "time/timeline.hpp"
#include "values/number_text.hpp"

namespace trifle::stats {

using detail::Column;
using detail::ColumnBuilder;

Series Series::rate(std::chrono::duration<double> per) const {
  if (!(per.count() > 0) || !std::isfinite(per.count())) {
    std::string given = std::isfinite(per.count()) ? Number(per.count()).to_string() : "no finite number of";
    throw InvalidArgument("rate: per " + given + " seconds; more than 0 is needed", {.operation = "rate"});
  }
  if (empty()) return *this;
  const auto& frame = *columns_->frame();
  std::vector<double> seconds;  // 0 where the time isn't known
  seconds.reserve(size());
  for (std::size_t row = 0; row < size(); ++row) {
    const std::int64_t start = frame.buckets[row];
    const std::int64_t end = detail::bucket_after(frame.bucketing.rules(), start, *frame.granularity);
    seconds.push_back(columns_->partial(row) ? 0 : static_cast<double>(end - start));
  }
  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    detail::for_each_number(column, {0, size()}, [&](std::size_t row, Number number) {
      if (seconds[row] == 0) return;
      if (const auto rate = detail::number_of(number.to_double() * per.count() / seconds[row])) builder.add(row, *rate);
    });
  };
  return Series(std::make_shared<const detail::Columns>(detail::remade(*columns_, columns_->frame(), make)));
}

Series Series::delta() const {
  std::vector<std::uint64_t> partial = columns_->frame()->partial;
  for (std::size_t row = size(); row-- > 1;)
    if (columns_->partial(row - 1)) partial[row / 64] |= std::uint64_t{1} << (row % 64);
  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    std::size_t last_row = 0;
    std::optional<Number> last;
    detail::for_each_number(column, {0, size()}, [&](std::size_t row, Number number) {
      if (last && last_row + 1 == row)
        if (const auto difference = detail::difference(number, *last)) builder.add(row, *difference);
      last = number;
      last_row = row;
    });
  };
  return Series(std::make_shared<const detail::Columns>(
      detail::remade(*columns_, detail::marked(columns_->frame(), std::move(partial)), make)));
}

Series Series::cumulative() const {
  std::vector<std::uint64_t> partial = columns_->frame()->partial;
  bool reached = false;
  for (std::size_t row = 0; row < size() && !partial.empty(); ++row) {
    reached = reached || columns_->partial(row);
    if (reached) partial[row / 64] |= std::uint64_t{1} << (row % 64);
  }
  const auto make = [&](const Column& column, ColumnBuilder& builder) {
    detail::Total total;
    std::size_t next = size();  // the first row that has no total yet
    std::optional<Number> value;
    const auto fill = [&](std::size_t end) {
      for (; next < end; ++next)
        if (value) builder.add(next, *value);
    };
    detail::for_each_number(column, {0, size()}, [&](std::size_t row, Number number) {
      next = std::min(next, row);
      fill(row);
      total.add(number);
      value = total.value();
    });
    fill(size());
  };
  return Series(std::make_shared<const detail::Columns>(
      detail::remade(*columns_, detail::marked(columns_->frame(), std::move(partial)), make)));
}

}  // namespace trifle::stats
