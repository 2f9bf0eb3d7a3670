#pragma once

#include <trifle/stats/driver.hpp>

#include "drivers/postgres/connection.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// Whether the key column is ordered as its bytes are, as in the tables that we make.
bool has_byte_order(Connection& connection, const Table& table);

/// Whether ctid names one row of the table, and what is written to it stays as it is: it has no partitions, heirs,
/// triggers, rules and policies.
bool is_plain_heap(Connection& connection, const Table& table);

/// Compares what is there with what we would create; touches nothing.
SetupReport check_schema(Connection& connection, const Table& table);

/// Creates what is missing, all or nothing, and reports the rest. Two programs that do this at the same time may meet:
/// one of them is told of a conflict.
SetupReport create_schema(Connection& connection, const Table& table);

}  // namespace trifle::stats::detail::postgres
