#pragma once

#include <bson/bson.h>

#include <optional>

#include "driver/rows.hpp"
#include "drivers/mongo/document.hpp"
#include "values/row_text.hpp"

namespace trifle::stats::detail::mongo {

/// Writes into `out` what `data` becomes by the changes of a row, as MongoDB's own operators would, and where these
/// give up: an integer that passes 64 bits becomes a double, a leaf that is no number is replaced, and where a number
/// and a map meet at one name both stay. All else is copied. `stored` is null where there is none.
[[nodiscard]] std::optional<RowFault> merge_data(const bson_iter_t* stored, const Row& row, bson_t* out);

/// A row whose own numbers aren't finite: their sum within the batch left the doubles.
[[nodiscard]] std::optional<RowFault> fault_of(const Row& row);

}  // namespace trifle::stats::detail::mongo
