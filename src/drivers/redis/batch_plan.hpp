#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <trifle/stats/drivers/redis.hpp>

#include "driver/row_change.hpp"
#include "driver/rows.hpp"
#include "drivers/redis/packed_batch.hpp"

namespace trifle::stats::detail::redis {

/// What a batch asks of the server, however it is written.
struct BatchPlan {
  std::vector<const Row*> rows;  ///< those that change something and hold finite numbers
  std::vector<Expiry> expiry;    ///< of each; empty where nothing expires
  std::string ledger;            ///< the batch's key; empty without ledger
  RowFaults faults;              ///< of the others: with one of them nothing is written
};

/// Of the rows that change something, those that hold finite numbers; without a ledger's key.
BatchPlan plan_of(const Rows& rows, const drivers::RedisOptions& options);

}  // namespace trifle::stats::detail::redis
