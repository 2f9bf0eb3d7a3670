#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <trifle/stats/drivers/mongo.hpp>

#include "driver/row_change.hpp"
#include "driver/rows.hpp"

namespace trifle::stats::detail::mongo {

/// What a batch asks of the server, however it is written.
struct BatchPlan {
  BatchPlan(const Rows& batch, const drivers::MongoOptions& options);

  struct Entry {
    const Row* row = nullptr;
    std::optional<std::int64_t> expire_at = {};  ///< milliseconds; nothing: it is kept for ever
  };

  const Rows::Id& id;
  std::vector<Entry> entries;  ///< those that change something and hold finite numbers
  RowFaults faults;            ///< of the others
};

}  // namespace trifle::stats::detail::mongo
