#include "drivers/sqlite/writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kWrite = "write";

// SQLite keeps the pages that a statement changes, to be able to undo it; this bounds them.
constexpr std::size_t kRowsOfAnUpsert = 256;

std::string parameter(int number) { return std::string("?").append(std::to_string(number)); }

}  // namespace

Writer::Writer(Connection& connection, const Table& table)
    : connection_(connection), identity_(table.identity), batch_(table.identity) {
  sqlite3* const db = connection.get();
  const auto facts = table_facts(db, table);
  if (!facts.exists) raise_missing_table(table.name, kWrite);
  register_merge(db);
  if (!table.ledger_name.empty()) {
    if (!has_table(db, table.ledger_name)) raise_missing_table(table.ledger_name, kWrite);
    ledger_.emplace(db, table.ledger_name);
  }

  // The identity's parameters come first in each statement, then one more.
  const auto name = quoted(table.name);
  std::string columns;
  std::string values;
  std::string target;
  int last = 1;
  for (const auto column : table.identity_columns()) {
    columns.append(column).append(", ");
    values.append(parameter(last++)).append(", ");
    target.append(target.empty() ? "" : ", ").append(column).append(" COLLATE BINARY");
  }
  const auto merged = std::string(kMergeFunction) + "(data, ";
  update_ = Statement(db,
                      "UPDATE " + name + " SET data = " + merged + parameter(last) + ")" + where_identity(table, 1) +
                          exact_condition(facts, table),
                      kWrite);
  const auto head = "INSERT INTO " + name + " (" + columns + "data) ";
  const auto insert = head + "VALUES (" + values + parameter(last) + ")";
  insert_ = Statement(db, insert, kWrite);
  insert_if_new_ = Statement(db, insert + " ON CONFLICT DO NOTHING", kWrite);
  if (facts.upserts) {
    upsert_.emplace(db,
                    head + "SELECT " + columns + "'{}' FROM " + kBatchTable + "(?1) WHERE true ON CONFLICT (" + target +
                        ") DO UPDATE SET data = " + merged + "?1)",
                    kWrite);
  }
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
  if (ledger_ && !ledger_->enter(rows.id())) return;
  RowFaults faults;
  {
    // What is bound points into the batch: forgotten at the end.
    const Statement::Use update(update_);
    const Statement::Use insert(insert_);
    const Statement::Use insert_if_new(insert_if_new_);
    if (identity_ != Identity::Full) {
      for (const auto& row : rows.rows())
        if (!row.sets.empty()) silence_other_spellings(row, faults);
    }
    const bool one_by_one = mostly_new_ || !upsert_;
    const auto made = one_by_one ? apply_each(rows.rows(), faults) : upsert_all(rows.rows(), faults);
    mostly_new_ = made > rows.rows().size() / 2;
  }
  // After a fault the batch went on, so that all faults are told, and is rolled back now.
  if (!faults.empty()) faults.raise(kBackend);
  transaction.commit();
}

/// Both return how many rows were new.
std::size_t Writer::upsert_all(std::span<const Row> rows, RowFaults& faults) {
  std::vector<const Row*> made;
  {
    const Statement::Use use(*upsert_);
    upsert_->bind(1, &batch_, kBatchPointer);
    for (std::size_t from = 0; from < rows.size(); from += kRowsOfAnUpsert) {
      batch_.start(rows.subspan(from, std::min(kRowsOfAnUpsert, rows.size() - from)));
      upsert_->run(kWrite);
      faults.add(std::move(batch_.faults()));
      made.insert(made.end(), batch_.unmet().begin(), batch_.unmet().end());
    }
  }
  // Rows that weren't there are now, but empty.
  for (const auto* row : made) update(*row, faults);
  return made.size();
}

std::size_t Writer::apply_each(std::span<const Row> rows, RowFaults& faults) {
  std::size_t made = 0;
  bool expect_new = mostly_new_;  // new rows and known ones come in runs
  for (const auto& row : rows) {
    if (expect_new && insert(row, faults, insert_if_new_)) {
      ++made;
      continue;
    }
    expect_new = !update(row, faults);
    if (!expect_new) continue;
    insert(row, faults, insert_);
    ++made;
  }
  return made;
}

/// False where the row isn't there.
bool Writer::update(const Row& row, RowFaults& faults) {
  batch_.start(std::span(&row, 1));
  const int last = bind_identity(update_, row);
  update_.bind(last, &batch_, kBatchPointer);
  update_.run(kWrite);
  batch_.advance();
  faults.add(std::move(batch_.faults()));
  return batch_.unmet().empty();
}

/// False where the row is there already.
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
/// the share of older spellings ("…:00.000000Z") becomes 0.
void Writer::silence_other_spellings(const Row& row, RowFaults& faults) {
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
  if (found.empty()) return;

  std::vector<Field> zeros(row.sets.begin(), row.sets.end());
  for (auto& zero : zeros) zero.number = 0;
  for (const auto& [at, stored] : found) {
    if (auto fault = merge_row(stored, {}, zeros, text_)) {
      faults.add(row, std::move(*fault));
      return;
    }
    const Statement::Use use(update_spelling_);
    const int last = bind_identity(update_spelling_, row);
    update_spelling_.bind(last - 1, at);
    update_spelling_.bind(last, text_);
    update_spelling_.run(kWrite);
  }
}

/// Returns the number of the next parameter.
int Writer::bind_identity(Statement& statement, const Row& row) {
  int next = 1;
  statement.bind(next++, row.stored_key);
  if (identity_ == Identity::Separated) statement.bind(next++, row.granularity);
  if (identity_ == Identity::Full) return next;
  bucket_.emplace(row.at);
  statement.bind(next++, bucket_->text());
  return next;
}

}  // namespace trifle::stats::detail::sqlite
