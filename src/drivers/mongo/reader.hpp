#pragma once

#include <string>

#include "driver/row_driver.hpp"
#include "drivers/mongo/connection.hpp"

namespace trifle::stats::detail::mongo {

/// Reads the rows of a range: by time where the documents have it, by key otherwise. `any` is set once the sink got
/// something.
void read_rows(Connection& connection, const std::string& collection, const Layout& layout, const RowRange& range,
               RowSink& sink, bool& any);

}  // namespace trifle::stats::detail::mongo
