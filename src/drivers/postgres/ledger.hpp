#pragma once

#include <chrono>
#include <optional>

#include "driver/rows.hpp"
#include "drivers/postgres/round_trip.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// The table of the batches that were written, so that one which is sent again is known. An id is kept for a day.
class Ledger {
 public:
  enum class Known {
    Asked,    ///< the statement answers with a row where the batch is new
    Refused,  ///< the statement fails where it isn't
  };
  Ledger(const Table& table, Known known);

  /// Queues the entry, within the batch's own transaction.
  std::size_t enter(RoundTrip& trip, const Rows::Id& id);

  /// Now and then removes what is old, in a transaction of its own.
  void prune(Connection& connection);

 private:
  Statement enter_;
  Statement prune_;
  std::optional<std::chrono::steady_clock::time_point> pruned_at_;
};

}  // namespace trifle::stats::detail::postgres
