#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "driver/row_change.hpp"
#include "driver/rows.hpp"
#include "drivers/sqlite/bucket_text.hpp"
#include "drivers/sqlite/connection.hpp"
#include "drivers/sqlite/ledger.hpp"
#include "drivers/sqlite/merge_batch.hpp"
#include "drivers/sqlite/schema.hpp"
#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {

/// Applies batches on one connection, in one immediate transaction each.
///
/// A batch of known rows goes through one upsert, which walks the batch and merges in a function of ours; it costs
/// about what plain overwriting row by row does. A batch of new rows is inserted row by row, and so is everything in a
/// table where an upsert can't be trusted: without our unique key, with other collations, with triggers.
class Writer {
 public:
  /// Throws StorageError where the table is missing or has other columns.
  Writer(Connection& connection, const Table& table);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// All of it or nothing; what can't be applied is told as RowDriver promises.
  void write(TransactionStatements& transactions, const Rows& rows);

 private:
  std::size_t upsert_all(std::span<const Row> rows, RowFaults& faults);
  std::size_t apply_each(std::span<const Row> rows, RowFaults& faults);
  bool update(const Row& row, RowFaults& faults);
  bool insert(const Row& row, RowFaults& faults, Statement& statement);
  void silence_other_spellings(const Row& row, RowFaults& faults);
  int bind_identity(Statement& statement, const Row& row);

  Connection& connection_;
  Identity identity_;
  std::optional<Ledger> ledger_;
  std::optional<Statement> upsert_;
  Statement update_;
  Statement insert_;
  Statement insert_if_new_;
  Statement find_spellings_;
  Statement update_spelling_;

  bool mostly_new_ = false;  // what the batch before was
  MergeBatch batch_;
  std::optional<BucketText> bucket_;
  std::string text_;
};

}  // namespace trifle::stats::detail::sqlite
