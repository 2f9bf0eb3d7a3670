#include "drivers/mysql/writer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "drivers/mysql/row_statements.hpp"

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::string_view kWrite = "write";

// What a statement has beside its texts, and what is sent around each of them, generously.
constexpr std::size_t kAround = 1'024;
constexpr std::size_t kAroundRow = 256;

/// The facts of a table that can be written to without doing harm.
TableFacts writable(Connection& connection, const Table& table) {
  auto facts = table_facts(connection, table.name, table.identity_columns(), kWrite);
  if (!facts.exists) raise_missing_table(table.name, kWrite);
  if (!facts.transactional)
    throw StorageError("the table '" + table.name + "' has no transactions; ours is made by InnoDB",
                       details(kWrite, true));
  if (facts.index.empty())
    throw StorageError("the table '" + table.name + "' has no unique key on " + quoted_list(table.identity_columns()) +
                           ": its rows would be written twice",
                       details(kWrite, true));
  return facts;
}

std::size_t identity_size(const Row& row) { return row.stored_key.size() + row.granularity.size(); }

}  // namespace

Writer::Writer(Connection& connection, const Table& table)
    : connection_(connection),
      identity_(table.identity),
      facts_(writable(connection, table)),
      select_([&connection, &table, index = facts_.index](std::size_t rows) {
        return lock_rows(connection, table, index, rows);
      }),
      insert_{SizedStatements([&](std::size_t rows) { return insert_rows(connection, table, rows); }), {}},
      replace_{SizedStatements([&](std::size_t rows) { return replace_rows(connection, table, rows); }), {}},
      change_{SizedStatements([&](std::size_t rows) { return change_rows(connection, table, rows); }), {}} {
  if (!table.ledger_name.empty()) ledger_.emplace(connection, table.ledger_name);
  if (!connection.takes_arrays()) return;
  insert_.array.emplace(insert_rows(connection, table, 1));
  replace_.array.emplace(replace_rows(connection, table, 1));
  change_.array.emplace(change_array_of_rows(connection, table));
}

void Writer::write(const Rows& batch) {
  constexpr int kHopeless = 5;
  try {
    write_once(batch);
    collisions_ = 0;
  } catch (const Error& error) {
    own_.clear();
    const bool collision = error.native_code() == static_cast<int>(kDuplicateKey);
    collisions_ = collision ? collisions_ + 1 : 0;
    // Two new rows of the batch that the table's collation takes for one will never go in together.
    if (!collision || facts_.binary_texts || collisions_ < kHopeless) throw;
    collisions_ = 0;
    auto told = details(kWrite, false);
    told.native_code = error.native_code();
    told.native_text = error.native_text();
    throw StorageError("the table's collation takes two of the rows for one", std::move(told));
  }
}

void Writer::write_once(const Rows& batch) {
  const auto rows = batch.rows();
  buckets_.clear();
  if (identity_ != Identity::Full) {
    buckets_.reserve(rows.size());
    for (const auto& row : rows) buckets_.emplace_back(row.at);
  }
  if (texts_.size() < rows.size()) {
    texts_.resize(rows.size());
    pairs_.resize(rows.size());
  }
  own_.trim();
  find_own(rows);

  // A backfill makes new rows batch after batch: then nothing needs to be read.
  if (expect_new_ && insert_all(batch)) return;
  expect_new_ = false;
  if (undisturbed_.is_worth_a_try() && is_any_own()) {
    if (change_all(batch, true)) {
      undisturbed_.would_have_fitted(true);
      return;
    }
    undisturbed_.failed();
    own_.clear();
    find_own(rows);
  }
  change_all(batch, false);
  undisturbed_.would_have_fitted(true);
}

/// False, with nothing applied, where something isn't as we left it.
bool Writer::change_all(const Rows& batch, bool trusts_own) {
  const auto rows = batch.rows();
  Transaction transaction(connection_, kWrite);
  RowFaults faults;
  found_.assign(rows.size(), Found::No);
  met_strangers_ = false;
  if (trusts_own) take_own(rows, faults);
  read_and_lock(rows, faults);
  if (met_strangers_) refuse_lookalikes(rows, faults);
  make_new_texts(rows, faults);
  refuse_large_rows(rows, faults);
  if (!faults.empty()) {
    if (trusts_own) return false;
    // A batch that was applied before may have no room for a second time, and needs none.
    if (ledger_ && ledger_->has(batch.id(), kWrite)) return true;
    faults.raise(kBackend);
  }
  if (!write_back(rows, Found::Own)) return false;
  write_back(rows, Found::Stored);
  write_back(rows, Found::No);
  commit(transaction, batch);
  expect_new_ = std::count(found_.begin(), found_.end(), Found::No) == static_cast<std::ptrdiff_t>(found_.size());
  return true;
}

bool Writer::is_any_own() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const auto* entry) { return entry != nullptr; });
}

void Writer::find_own(std::span<const Row> rows) {
  entries_.clear();
  for (const auto& row : rows) entries_.push_back(own_.find(row));
}

/// New rows aren't kept: many a row is written once.
void Writer::keep_as_own(std::span<const Row> rows) {
  if (!compares()) return;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (found_[i] == Found::No) continue;
    if (entries_[i]) {
      own_.put(*entries_[i], texts_[i]);
    } else {
      own_.put(rows[i], texts_[i]);
    }
  }
  own_.written();
}

/// False, with nothing applied, where some row is there already or can't be written.
bool Writer::insert_all(const Rows& batch) {
  const auto rows = batch.rows();
  RowFaults faults;
  found_.assign(rows.size(), Found::No);
  make_new_texts(rows, faults);
  refuse_large_rows(rows, faults);
  if (!faults.empty()) return false;
  Transaction transaction(connection_, kWrite);
  try {
    write_back(rows, Found::No);
  } catch (const Error& error) {
    if (error.native_code() != static_cast<int>(kDuplicateKey)) throw;
    return false;
  }
  commit(transaction, batch);
  return true;
}

void Writer::commit(Transaction& transaction, const Rows& batch) {
  if (!ledger_) {
    transaction.commit();
  } else if (transaction.commit_with(ledger_->entry(batch.id()))) {
    ledger_->prune();
  } else {
    // Entered last: a batch that was applied before meets its own id, and all of this is rolled back.
    own_.clear();
    return;
  }
  keep_as_own(batch.rows());
}

std::vector<std::size_t> Writer::numbers_of(Found found) const {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (found_[i] == found) numbers.push_back(i);
  }
  return numbers;
}

void Writer::take_own(std::span<const Row> rows, RowFaults& faults) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!entries_[i]) continue;
    const auto& known = entries_[i]->second;
    if (auto fault = change_row(known.data, rows[i], texts_[i])) faults.add(rows[i], std::move(*fault));
    // The server counts a row whose data stays the same like one that isn't ours any more: such a one is read. So is
    // one that doesn't go into a packet as it was and as it becomes.
    const auto size = texts_[i].size() + known.data.size() + identity_size(rows[i]) + kAroundRow + kAround;
    if (texts_[i] != known.data && size <= connection_.max_packet()) found_[i] = Found::Own;
  }
}

void Writer::read_and_lock(std::span<const Row> rows, RowFaults& faults) {
  const auto asked = numbers_of(Found::No);
  std::size_t from = 0;
  while (from < asked.size()) {
    std::size_t bytes = kAround;
    std::size_t fit = 0;
    while (from + fit < asked.size() && (fit == 0 || bytes < connection_.max_packet() / 2)) {
      bytes += identity_size(rows[asked[from + fit]]) + kAroundRow;
      ++fit;
    }
    const auto size = SizedStatements::padded(fit);
    const auto count = std::min(fit, size);
    auto& statement = select_.of(size);
    const Statement::Use use(statement);
    for (std::size_t i = from; i < from + size; ++i) {
      const auto number = asked[std::min(i, from + count - 1)];
      add_identity(statement, rows[number], number);
    }
    statement.execute(kWrite);
    const auto data = identity_ == Identity::Full ? 1 : identity_ == Identity::Partial ? 2 : 3;
    auto expected = from;
    while (statement.next_row(kWrite)) {
      const auto row =
          row_read(rows, statement, expected < asked.size() ? std::optional(asked[expected]) : std::nullopt);
      if (!row || found_[*row] != Found::No) {
        met_strangers_ = true;
        continue;
      }
      while (expected < asked.size() && asked[expected] <= *row) ++expected;
      merge(rows, *row, statement.is_null(data) ? std::string_view("{}") : statement.text(data), faults);
    }
    from += count;
  }
}

/// The number of the row that was asked for and is the one just read; nothing where it is another, which a collation
/// takes for the same.
std::optional<std::size_t> Writer::row_read(std::span<const Row> rows, Statement& statement,
                                            std::optional<std::size_t> expected) const {
  const auto key = statement.text(0);
  const auto granularity = identity_ == Identity::Separated ? statement.text(1) : std::string_view();
  std::int64_t at = 0;
  if (identity_ != Identity::Full) {
    const auto read = statement.time(identity_ == Identity::Partial ? 1 : 2);
    if (!read) return std::nullopt;
    at = *read;
  }
  const auto identity = [&](const Row& row) {
    return std::tuple(row.stored_key, identity_ == Identity::Separated ? row.granularity : std::string_view(),
                      identity_ == Identity::Full ? 0 : row.at);
  };
  const auto wanted = std::tuple(key, granularity, at);
  // Rows mostly come in the order in which they were asked for.
  if (expected && identity(rows[*expected]) == wanted) return expected;
  const auto found = std::lower_bound(rows.begin(), rows.end(), wanted,
                                      [&](const Row& row, const auto& sought) { return identity(row) < sought; });
  if (found == rows.end() || identity(*found) != wanted) return std::nullopt;
  return static_cast<std::size_t>(found - rows.begin());
}

void Writer::merge(std::span<const Row> rows, std::size_t row, std::string_view stored, RowFaults& faults) {
  found_[row] = Found::Stored;
  if (auto fault = change_row(stored, rows[row], texts_[row])) faults.add(rows[row], std::move(*fault));
}

/// Whatever is not there by its own bytes but is by the table's collation can't be inserted; it must not be added to
/// the other's either.
void Writer::refuse_lookalikes(std::span<const Row> rows, RowFaults& faults) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (found_[i] != Found::No) continue;
    auto& statement = select_.of(1);
    const Statement::Use use(statement);
    add_identity(statement, rows[i], i);
    statement.execute(kWrite);
    if (!statement.next_row(kWrite)) continue;
    faults.add(rows[i], {RowFault::Kind::Infinite, "the table's collation takes its key for that of another row, '" +
                                                       std::string(statement.text(0)) + "'"});
  }
}

void Writer::make_new_texts(std::span<const Row> rows, RowFaults& faults) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (found_[i] != Found::No) continue;
    if (auto fault = change_row(std::nullopt, rows[i], texts_[i])) faults.add(rows[i], std::move(*fault));
  }
}

void Writer::refuse_large_rows(std::span<const Row> rows, RowFaults& faults) const {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto size = texts_[i].size() + identity_size(rows[i]) + kAroundRow + kAround;
    if (size > connection_.max_packet()) {
      faults.add(rows[i], {RowFault::Kind::Infinite, "it has become " + std::to_string(texts_[i].size()) +
                                                         " bytes, and the server's max_allowed_packet is " +
                                                         std::to_string(connection_.max_packet())});
    }
  }
}

/// The statements for rows with which this is the case.
Writer::Statements& Writer::statements_for(Found found) {
  switch (found) {
    case Found::No:
      return insert_;
    case Found::Stored:
      return replace_;
    case Found::Own:
      break;
  }
  return change_;
}

/// Writes the texts of these rows. False where one that is ours isn't what it was any more, or gone.
bool Writer::write_back(std::span<const Row> rows, Found found) {
  auto& [sized, array] = statements_for(found);
  const auto numbers = numbers_of(found);
  std::span<const std::size_t> left = numbers;
  while (!left.empty()) {
    const auto fit = rows_that_fit(left, rows);
    const auto count = array ? fit : SizedStatements::step(fit);
    auto& statement = array ? *array : sized.of(count);
    const Statement::Use use(statement);
    for (const auto number : left.first(count)) {
      add_identity(statement, rows[number], number);
      if (found != Found::Own) {
        statement.add(texts_[number]);
      } else if (array) {
        statement.add(texts_[number]);
        statement.add(entries_[number]->second.data);
      } else {
        statement.add(pair_of(number));
      }
    }
    if (array) {
      statement.execute_array(count, kWrite);
    } else {
      statement.execute(kWrite);
    }
    if (found == Found::Own && statement.affected_rows() != 2 * count) return false;
    left = left.subspan(count);
  }
  return true;
}

/// What becomes of a row of ours and what it was, as the statement takes them where there are no arrays.
std::string_view Writer::pair_of(std::size_t number) {
  auto& pair = pairs_[number];
  pair.clear();
  pair += '[';
  pair += texts_[number];
  pair += ',';
  pair += entries_[number]->second.data;
  pair += ']';
  return pair;
}

std::size_t Writer::rows_that_fit(std::span<const std::size_t> numbers, std::span<const Row> rows) const {
  std::size_t bytes = kAround;
  std::size_t count = 0;
  for (const auto number : numbers) {
    bytes += texts_[number].size() + identity_size(rows[number]) + kAroundRow;
    if (found_[number] == Found::Own) bytes += entries_[number]->second.data.size();
    if (count > 0 && bytes > connection_.max_packet()) break;
    ++count;
  }
  return count;
}

void Writer::add_identity(Statement& statement, const Row& row, std::size_t number) const {
  statement.add(row.stored_key);
  if (identity_ == Identity::Separated) statement.add(row.granularity);
  if (identity_ != Identity::Full) statement.add(buckets_[number].text());
}

}  // namespace trifle::stats::detail::mysql
