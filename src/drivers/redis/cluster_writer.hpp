#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/redis/batch_plan.hpp"
#include "drivers/redis/cluster_nodes.hpp"
#include "drivers/redis/names.hpp"
#include "drivers/redis/packed_batch.hpp"
#include "drivers/redis/slot_requests.hpp"

namespace trifle::stats::detail::redis {

/// Writes a batch to a cluster: the rows of each slot by one script, all of them or none. Not for two threads at once.
///
/// The ledger is one key per slot in which this program wrote, and holds the last batch that it wrote there. That is
/// enough: a batch that may be written is sent again before anything newer. A key of its own for each batch, as on a
/// single server, would be one per batch and slot.
class ClusterWriter {
 public:
  explicit ClusterWriter(const Layout& layout);

  /// Throws where not all of it was written, naming the rows that fared otherwise than the Error's outcome says.
  /// `attempt` is greater than at every earlier call.
  void write(ClusterNodes& nodes, const Rows& rows, const drivers::RedisOptions& options, std::uint64_t attempt);

  /// What is written to one slot, and how it fared.
  struct Part {
    Slot slot = 0;
    BatchPlan plan = {};
    std::vector<std::size_t> entries = {};  ///< that were packed
    bool written = false;
    bool lacks_replicas = false;
    std::optional<Failure> failure = {};
  };

 private:
  std::vector<Part> parts_of(BatchPlan& whole, bool ledger) const;

  const Names names_;
  const Rows::Id program_;
  PackedBatch packed_;
};

}  // namespace trifle::stats::detail::redis
