#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "driver/rows.hpp"

// The rows that the write benchmarks store, and the bytes that a program without this library would store in them.
namespace bench {

constexpr std::int64_t kFirstBucket = 1'784'109'600;  // unix seconds

/// The values of one row after `step` increments: one path in five is a fraction.
std::string text_of(std::size_t paths, std::int64_t step);

/// `count` rows from the `from`-th hour on; `first` makes them, otherwise each path grows by one.
trifle::stats::detail::Rows rows_of(const trifle::stats::detail::Layout& layout, std::size_t paths, std::size_t from,
                                    std::size_t count, bool first);

}  // namespace bench
