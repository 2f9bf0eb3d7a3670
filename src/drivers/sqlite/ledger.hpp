#pragma once

#include <cstdint>
#include <string>

#include "driver/rows.hpp"
#include "drivers/sqlite/statement.hpp"

namespace trifle::stats::detail::sqlite {

/// The table of the batches that were written, so that one which is sent again is known. An id is kept for a day.
class Ledger {
 public:
  /// Throws what SQLite says where the table isn't there or is another.
  Ledger(sqlite3* db, const std::string& table);

  /// Inside of the batch's own transaction: false where it was written before.
  [[nodiscard]] bool enter(const Rows::Id& id);

 private:
  void prune(std::int64_t now);

  sqlite3* db_;
  Statement enter_;
  Statement prune_;
  std::int64_t pruned_at_ = 0;
};

}  // namespace trifle::stats::detail::sqlite
