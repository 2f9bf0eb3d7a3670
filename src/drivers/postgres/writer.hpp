#pragma once

#include <memory>

#include "driver/row_change.hpp"
#include "driver/rows.hpp"
#include "drivers/postgres/connection.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// Applies batches, on one connection.
class Writer {
 public:
  virtual ~Writer() = default;

  /// All rows, or none. Throws what RowDriver::write throws; a transaction that failed is rolled back.
  virtual void write(const Rows& rows) = 0;
};

/// Merges rows here: in one round trip where it wrote them last itself, otherwise in two.
std::unique_ptr<Writer> make_merging_writer(Connection& connection, const Table& table,
                                            const drivers::PostgresOptions& options);

/// Lets the server merge, in one round trip, with what Citus takes.
std::unique_ptr<Writer> make_upsert_writer(Connection& connection, const Table& table,
                                           const drivers::PostgresOptions& options);

}  // namespace trifle::stats::detail::postgres
