#include "drivers/sqlite/writer.hpp"

#include <sqlite3.h>

#include <utility>
#include <vector>

#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kWrite = "write";

}  // namespace

Writer::Writer(Connection& connection, const Table& table) : connection_(connection), identity_(table.identity) {
  sqlite3* const db = connection.get();
  const auto facts = table_facts(db, table);
  if (!facts.exists) raise_missing_table(table.name, kWrite);
  by_rowid_ = facts.has_rowid;

  const auto name = quoted(table.name);
  const auto columns = table.identity_columns();
  const int width = static_cast<int>(columns.size());
  std::string names;
  std::string values;
  for (int i = 0; i < width; ++i) {
    names.append(columns[static_cast<std::size_t>(i)]).append(", ");
    values.append("?").append(std::to_string(i + 1)).append(", ");
  }
  const auto insert =
      "INSERT INTO " + name + " (" + names + "data) VALUES (" + values + "?" + std::to_string(width + 1) + ")";
  const auto where = table.where_identity(1) + exact_condition(facts, table);

  find_ = Statement(db, (by_rowid_ ? "SELECT data, _rowid_ FROM " : "SELECT data FROM ") + name + where, kWrite);
  update_ = Statement(
      db, "UPDATE " + name + " SET data = ?1" + (by_rowid_ ? " WHERE _rowid_ = ?2" : table.where_identity(2)), kWrite);
  insert_ = Statement(db, insert, kWrite);
  insert_if_new_ = Statement(db, insert + " ON CONFLICT DO NOTHING", kWrite);
  if (identity_ != Identity::Full) {
    const bool separated = identity_ == Identity::Separated;
    const std::string series = separated ? " WHERE key = ?1 AND granularity = ?2" : " WHERE key = ?1";
    find_spellings_ = Statement(db,
                                "SELECT at, data FROM " + name + series +
                                    (separated ? " AND at >= ?3 AND at < ?4" : " AND at >= ?2 AND at < ?3"),
                                kWrite);
    update_spelling_ =
        Statement(db, "UPDATE " + name + " SET data = " + (separated ? "?4" : "?3") + table.where_identity(1), kWrite);
  }
}

void Writer::write(TransactionStatements& transactions, const Rows& rows) {
  Transaction transaction(connection_, transactions, kWrite);
  RowFaults faults;
  for (const auto& row : rows.rows()) apply(row, faults);
  if (!faults.empty()) faults.raise(kBackend);
  transaction.commit();
}

// Once a row is at fault nothing is written any more, only the other rows are looked at, so that all faults are told.
void Writer::apply(const Row& row, RowFaults& faults) {
  if (identity_ != Identity::Full) {
    bucket_.emplace(row.at);
    if (!row.sets.empty() && !silence_other_spellings(row, faults)) return;
  }
  if (expect_new_ && faults.empty()) {
    if (insert(row, faults, insert_if_new_)) return;
    expect_new_ = false;
    if (!faults.empty()) return;
  }

  const Statement::Use use(find_);
  bind_identity(find_, 1, row);
  if (!find_.next_row(kWrite)) {
    find_.reset();
    expect_new_ = true;
    insert(row, faults, insert_);
    return;
  }
  // A table of the Ruby library may hold NULL, which is an empty row.
  const auto stored = find_.is_null(0) ? std::string_view("{}") : find_.text(0);
  if (auto fault = change_row(stored, row, text_)) {
    faults.add(row, std::move(*fault));
    return;
  }
  const auto rowid = by_rowid_ ? find_.integer(1) : 0;
  find_.reset();
  if (!faults.empty()) return;
  const Statement::Use use_update(update_);
  update_.bind(1, text_);
  if (by_rowid_) {
    update_.bind(2, rowid);
  } else {
    bind_identity(update_, 2, row);
  }
  run(update_);
}

/// True where a row was made.
bool Writer::insert(const Row& row, RowFaults& faults, Statement& statement) {
  if (auto fault = change_row(std::nullopt, row, text_)) {
    faults.add(row, std::move(*fault));
    return false;
  }
  if (!faults.empty()) return false;
  const Statement::Use use(statement);
  const int next = bind_identity(statement, 1, row);
  statement.bind(next, text_);
  run(statement);
  return sqlite3_changes(connection_.get()) > 0;
}

/// Reading sums the rows of one bucket in all their spellings. So that a path that is set reads as what it is set to,
/// the share of older spellings ("…:00.000000Z") becomes 0. False where one of them is at fault.
bool Writer::silence_other_spellings(const Row& row, RowFaults& faults) {
  std::vector<std::pair<std::string, std::string>> found;
  {
    const Statement::Use use(find_spellings_);
    int next = 1;
    find_spellings_.bind(next++, row.stored_key);
    if (identity_ == Identity::Separated) find_spellings_.bind(next++, row.granularity);
    find_spellings_.bind(next++, bucket_->lower_bound());
    find_spellings_.bind(next, bucket_->text());
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
    std::string silenced;
    if (auto fault = merge_row(stored, {}, zeros, silenced)) {
      faults.add(row, std::move(*fault));
      return false;
    }
    if (!faults.empty()) continue;
    const Statement::Use use(update_spelling_);
    int next = 1;
    update_spelling_.bind(next++, row.stored_key);
    if (identity_ == Identity::Separated) update_spelling_.bind(next++, row.granularity);
    update_spelling_.bind(next++, at);
    update_spelling_.bind(next, silenced);
    run(update_spelling_);
  }
  return true;
}

/// Returns the number of the next parameter.
int Writer::bind_identity(Statement& statement, int first, const Row& row) const {
  statement.bind(first++, row.stored_key);
  if (identity_ == Identity::Separated) statement.bind(first++, row.granularity);
  if (identity_ != Identity::Full) statement.bind(first++, bucket_->text());
  return first;
}

void Writer::run(Statement& statement) { statement.next_row(kWrite); }

}  // namespace trifle::stats::detail::sqlite
