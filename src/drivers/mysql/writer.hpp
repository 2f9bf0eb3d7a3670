#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/guess.hpp"
#include "driver/known_rows.hpp"
#include "driver/row_change.hpp"
#include "driver/rows.hpp"
#include "drivers/mysql/bucket_time.hpp"
#include "drivers/mysql/connection.hpp"
#include "drivers/mysql/ledger.hpp"
#include "drivers/mysql/schema.hpp"
#include "drivers/mysql/sized_statements.hpp"
#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {

/// Applies batches on one connection, in one transaction each: the rows are read and locked, merged here, and written
/// back; those that weren't there are inserted. What we wrote ourselves needn't be read, if the statement that changes
/// it sees to it that it is still the same. So no number passes through the servers' arithmetic, and no name through
/// their JSON paths.
class Writer {
 public:
  /// Throws StorageError where a table is missing or can't be written to safely.
  Writer(Connection& connection, const Table& table);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// All of it or nothing. What another transaction got in the way of is thrown as such, see Verdict::again.
  void write(const Rows& rows);

 private:
  /// What is the case with a row of the batch.
  enum class Found {
    No,      ///< it isn't there
    Stored,  ///< it was read, and is locked
    Own      ///< it is what we wrote, or so we believe
  };

  struct Statements {
    SizedStatements sized;
    std::optional<Statement> array;  ///< instead, where the server takes arrays
  };

  void write_once(const Rows& batch);
  bool change_all(const Rows& batch, bool trusts_own);
  bool insert_all(const Rows& batch);
  void commit(Transaction& transaction, const Rows& batch);
  Statements& statements_for(Found found);
  std::vector<std::size_t> numbers_of(Found found) const;
  void take_own(std::span<const Row> rows, RowFaults& faults);
  void read_and_lock(std::span<const Row> rows, RowFaults& faults);
  void merge(std::span<const Row> rows, std::size_t row, std::string_view stored, RowFaults& faults);
  void refuse_lookalikes(std::span<const Row> rows, RowFaults& faults);
  void make_new_texts(std::span<const Row> rows, RowFaults& faults);
  void refuse_large_rows(std::span<const Row> rows, RowFaults& faults) const;
  bool write_back(std::span<const Row> rows, Found found);
  bool is_any_own() const;
  void find_own(std::span<const Row> rows);
  void keep_as_own(std::span<const Row> rows);
  std::optional<std::size_t> row_read(std::span<const Row> rows, Statement& statement,
                                      std::optional<std::size_t> expected) const;
  void add_identity(Statement& statement, const Row& row, std::size_t number) const;
  /// Whether a statement can compare what is stored before it changes it.
  bool compares() const noexcept { return change_.array || facts_.data_is_json; }
  std::string_view pair_of(std::size_t number);
  std::size_t rows_that_fit(std::span<const std::size_t> numbers, std::span<const Row> rows) const;

  Connection& connection_;
  Identity identity_;
  TableFacts facts_;
  std::optional<Ledger> ledger_;
  SizedStatements select_;
  Statements insert_;
  Statements replace_;
  Statements change_;

  int collisions_ = 0;  // in a row: inserts that met the same key though it wasn't found

  bool expect_new_ = false;  // the batch before had new rows only

  KnownRows own_;
  Guess undisturbed_{0};  // nobody else writes what is ours

  // Of the batch at hand, by the number of the row; kept for their memory.
  std::vector<BucketText> buckets_;
  std::vector<std::string> texts_;
  std::vector<std::string> pairs_;
  std::vector<Found> found_;
  std::vector<KnownRows::Entry*> entries_;
  bool met_strangers_ = false;  // rows whose key is another than was asked for
};

}  // namespace trifle::stats::detail::mysql
