#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/redis/batch_plan.hpp"
#include "drivers/redis/command.hpp"
#include "drivers/redis/packed_batch.hpp"
#include "drivers/redis/session.hpp"

namespace trifle::stats::detail::redis {

/// What the writing script said.
enum class ScriptAnswer { Done, CalledOff };

/// Appends the request that runs the writing script. `packed` holds the plan's rows. `attempt` is greater than at every
/// earlier attempt of this program. `batch`, where there is one, says that the ledger's key holds the program's last
/// batch rather than being one's own.
void append_write(Commands& to, std::string_view digest, const BatchPlan& plan, const PackedBatch& packed,
                  std::uint64_t attempt, std::string_view batch = {});

/// Reads its reply, which is no error: rows that can't be written go to the plan's faults. `entries` are those that
/// were packed.
ScriptAnswer take_answer(BatchPlan& plan, std::span<const std::size_t> entries, const Reply& reply);

/// Packs the plan's rows.
void pack(const BatchPlan& plan, PackedBatch& packed);

/// Writes a batch by one script: one round trip, all of it or nothing. Not for two threads at once.
class ScriptWriter {
 public:
  /// False where the server runs no scripts for us; nothing was written then.
  /// `attempt` is greater than at every earlier call.
  bool write(Session& session, BatchPlan& plan, std::uint64_t attempt);

  /// Whether the batch was applied by any attempt up to this one. If not, none of them will apply it any more.
  static bool was_applied(Session& session, const BatchPlan& plan, std::uint64_t attempt);

 private:
  PackedBatch packed_;
  Commands commands_;
};

/// How long a batch's key is kept, in seconds.
inline constexpr std::string_view kLedgerSeconds = "86400";
inline constexpr std::string_view kWrite = "write";

}  // namespace trifle::stats::detail::redis
