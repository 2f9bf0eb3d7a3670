#pragma once

#include <cstddef>
#include <optional>

#include <trifle/stats/aggregate.hpp>
#include <trifle/stats/number.hpp>

#include "series/column.hpp"
#include "series/row_span.hpp"
#include "series/total.hpp"

namespace trifle::stats::detail {

/// How many of the rows hold a number.
std::size_t count_in(const Column& column, RowSpan rows) noexcept;

/// Their sum. Not finite where it passes what a double holds on the way.
Total total_in(const Column& column, RowSpan rows) noexcept;

/// One number of theirs, see Aggregator.
std::optional<Number> aggregate_in(const Column& column, RowSpan rows, Aggregator by) noexcept;

}  // namespace trifle::stats::detail
