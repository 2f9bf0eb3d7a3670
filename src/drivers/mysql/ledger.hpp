#pragma once

#include <cstdint>
#include <string>

#include "driver/rows.hpp"
#include "drivers/mysql/connection.hpp"

namespace trifle::stats::detail::mysql {

/// The ids of the batches of the last day, so that one that is sent again is known.
class Ledger {
 public:
  Ledger(Connection& connection, const std::string& table);

  /// The statement that enters a batch; a duplicate key says that it was applied before. The id is ours and random, and
  /// the only thing that it doesn't take from the server.
  std::string entry(const Rows::Id& id) const;

  /// Whether the batch was entered by a transaction that is committed.
  bool has(const Rows::Id& id, std::string_view operation);

  /// Now and then forgets what is older than a day. Never throws, nor waits for others: it may be left for later.
  void prune() noexcept;

 private:
  Connection& connection_;
  std::string table_;
  std::int64_t pruned_at_ = 0;  // steady seconds; 0: not yet
};

}  // namespace trifle::stats::detail::mysql
