#include "drivers/sqlite/writer.hpp"

#include <sqlite3.h>

#include <utility>
#include <vector>

#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kWrite = "write";

std::string parameter(int number) { return std::string("?").append(std::to_string(number)); }

}  // namespace

Writer::Writer(Connection& connection, const Table& table) : connection_(connection), identity_(table.identity) {
  sqlite3* const db = connection.get();
  const auto facts = table_facts(db, table);
  if (!facts.exists) raise_missing_table(table.name, kWrite);
  register_merge_function(db);

  // The identity's parameters come first in each statement, then one more.
  const auto name = quoted(table.name);
  std::string columns;
  std::string values;
  int last = 1;
  for (const auto column : table.identity_columns()) {
    columns.append(column).append(", ");
    values.append(parameter(last++)).append(", ");
  }
  merge_parameter_ = last;
  const auto where = table.where_identity(1) + exact_condition(facts, table);
  update_ = Statement(
      db, "UPDATE " + name + " SET data = " + kMergeFunction + "(data, " + parameter(last) + ")" + where, kWrite);
  const auto insert = "INSERT INTO " + name + " (" + columns + "data) VALUES (" + values + parameter(last) + ")";
  insert_ = Statement(db, insert, kWrite);
  insert_if_new_ = Statement(db, insert + " ON CONFLICT DO NOTHING", kWrite);
  if (identity_ == Identity::Full) return;

  std::string series = " WHERE key = ?1";
  if (identity_ == Identity::Separated) series += " AND granularity = ?2";
  find_spellings_ = Statement(
      db,
      "SELECT at, data FROM " + name + series + " AND at < " + parameter(last - 1) + " AND at >= " + parameter(last),
      kWrite);
  update_spelling_ = Statement(
      db, "UPDATE " + name + " SET data = " + parameter(last) + series + " AND at = " + parameter(last - 1), kWrite);
}

void Writer::write(TransactionStatements& transactions, const Rows& rows) {
  Transaction transaction(connection_, transactions, kWrite);
  RowFaults faults;
  {
    // What is bound points into the batch: forgotten at the end.
    const Statement::Use update(update_);
    const Statement::Use insert(insert_);
    const Statement::Use insert_if_new(insert_if_new_);
    update_.bind(merge_parameter_, &merge_, kMergePointer);
    for (const auto& row : rows.rows()) apply(row, faults);
  }
  if (!faults.empty()) faults.raise(kBackend);
  transaction.commit();
}

// After a fault the batch goes on, so that all faults are told, and is rolled back in the end.
void Writer::apply(const Row& row, RowFaults& faults) {
  if (identity_ != Identity::Full) {
    bucket_.emplace(row.at);
    if (!row.sets.empty() && !silence_other_spellings(row, faults)) return;
  }
  if (expect_new_) {
    if (insert(row, faults, insert_if_new_)) return;
    expect_new_ = false;
  }

  merge_.start(row);
  bind_identity(update_, row);
  update_.run(kWrite);
  if (merge_.fault) {
    faults.add(row, std::move(*merge_.fault));
  } else if (!merge_.met) {
    expect_new_ = true;
    insert(row, faults, insert_);
  }
}

/// False where a row was there.
bool Writer::insert(const Row& row, RowFaults& faults, Statement& statement) {
  if (auto fault = change_row(std::nullopt, row, text_)) {
    faults.add(row, std::move(*fault));
    return true;
  }
  const int last = bind_identity(statement, row);
  statement.bind(last, text_);
  statement.run(kWrite);
  return sqlite3_changes(connection_.get()) > 0;
}

/// Reading sums the rows of one bucket in all their spellings. So that a path that is set reads as what it is set to,
/// the share of older spellings ("…:00.000000Z") becomes 0. False where one of them is at fault.
bool Writer::silence_other_spellings(const Row& row, RowFaults& faults) {
  std::vector<std::pair<std::string, std::string>> found;
  {
    const Statement::Use use(find_spellings_);
    const int last = bind_identity(find_spellings_, row);
    find_spellings_.bind(last, bucket_->lower_bound());
    BucketReader reader;
    while (find_spellings_.next_row(kWrite)) {
      if (reader.read(find_spellings_.text(0)) == row.at)
        found.emplace_back(find_spellings_.text(0), find_spellings_.text(1));
    }
  }
  if (found.empty()) return true;

  std::vector<Field> zeros(row.sets.begin(), row.sets.end());
  for (auto& zero : zeros) zero.number = 0;
  for (const auto& [at, stored] : found) {
    if (auto fault = merge_row(stored, {}, zeros, text_)) {
      faults.add(row, std::move(*fault));
      return false;
    }
    const Statement::Use use(update_spelling_);
    const int last = bind_identity(update_spelling_, row);
    update_spelling_.bind(last - 1, at);
    update_spelling_.bind(last, text_);
    update_spelling_.run(kWrite);
  }
  return true;
}

/// Returns the number of the next parameter.
int Writer::bind_identity(Statement& statement, const Row& row) const {
  int next = 1;
  statement.bind(next++, row.stored_key);
  if (identity_ == Identity::Separated) statement.bind(next++, row.granularity);
  if (identity_ != Identity::Full) statement.bind(next++, bucket_->text());
  return next;
}

}  // namespace trifle::stats::detail::sqlite
