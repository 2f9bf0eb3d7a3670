#pragma once

#include <string>
#include <vector>

#include "drivers/redis/batch_plan.hpp"
#include "drivers/redis/command.hpp"
#include "drivers/redis/session.hpp"

namespace trifle::stats::detail::redis {

/// Writes a batch where the server runs no scripts: reads what is stored under WATCH, adds here, and writes it in a
/// transaction that the server refuses if somebody wrote in between. All of it or nothing, in two round trips, and more
/// where others write the same buckets. Not for two threads at once.
class WatchWriter {
 public:
  /// Once. Throws an error that `is_conflict` knows where somebody was faster: nothing was written then.
  void write(Session& session, BatchPlan& plan);

  static bool is_conflict(const Error& error) noexcept;

  /// Whether the batch was applied. If not, no request that is still on its way will apply it.
  static bool was_applied(Session& session, const BatchPlan& plan);

 private:
  bool read(Connection& connection, BatchPlan& plan);
  void commit(Connection& connection, const BatchPlan& plan);

  Commands commands_;
  std::vector<std::string> texts_;       // of all increments, in order
  std::vector<std::int64_t> expire_in_;  // of all rows; 0: as it is
};

}  // namespace trifle::stats::detail::redis
