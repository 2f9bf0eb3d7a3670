#pragma once

#include <optional>
#include <string>

#include "driver/row_change.hpp"
#include "driver/rows.hpp"
#include "drivers/sqlite/bucket_text.hpp"
#include "drivers/sqlite/connection.hpp"
#include "drivers/sqlite/schema.hpp"
#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {

/// Applies batches on one connection: find, merge here, write back by rowid, all in one immediate transaction. Measured
/// against merging in a function inside an upsert: as fast, and it leaves a lent connection without functions of ours.
class Writer {
 public:
  /// Throws StorageError where the table is missing or has other columns.
  Writer(Connection& connection, const Table& table);

  /// All of it or nothing; what can't be applied is told as RowDriver promises.
  void write(TransactionStatements& transactions, const Rows& rows);

 private:
  void apply(const Row& row, RowFaults& faults);
  bool insert(const Row& row, RowFaults& faults, Statement& statement);
  [[nodiscard]] bool silence_other_spellings(const Row& row, RowFaults& faults);
  int bind_identity(Statement& statement, int first, const Row& row) const;
  void run(Statement& statement);

  Connection& connection_;
  Identity identity_;
  bool by_rowid_ = true;
  Statement find_;
  Statement update_;
  Statement insert_;
  Statement insert_if_new_;
  Statement find_spellings_;
  Statement update_spelling_;

  bool expect_new_ = false;  // what the row before was: batches come in runs of new rows or of known ones
  std::optional<BucketText> bucket_;
  std::string text_;
};

}  // namespace trifle::stats::detail::sqlite
