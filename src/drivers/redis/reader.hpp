#pragma once

#include <string>
#include <vector>

#include "driver/row_driver.hpp"
#include "drivers/redis/command.hpp"
#include "drivers/redis/connection.hpp"

namespace trifle::stats::detail::redis {

/// Reads a series: one HGETALL per bucket, in pipelined chunks of which the next is on its way while one is decoded.
void read_rows(Connection& connection, const Layout& layout, const RowRange& range, RowSink& sink);

}  // namespace trifle::stats::detail::redis
