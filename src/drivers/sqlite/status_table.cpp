#include "drivers/sqlite/status_table.hpp"

#include <sqlite3.h>

#include "drivers/sqlite/bucket_text.hpp"
#include "drivers/sqlite/failure.hpp"
#include "drivers/sqlite/schema.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kBeam = "beam";
constexpr std::string_view kScan = "scan";

}  // namespace

StatusTable::StatusTable(Connection& connection, const Table& table) : connection_(connection) {
  sqlite3* const db = connection.get();
  if (!has_table(db, table.status_name)) raise_missing_table(table.status_name, "status");
  const auto name = quoted(table.status_name);
  replace_ = Statement(db,
                       "INSERT INTO " + name + " (key, at, data) VALUES (?1, ?2, ?3)" +
                           " ON CONFLICT (key) DO UPDATE SET at = excluded.at, data = excluded.data",
                       kBeam);
  find_ = Statement(db, "SELECT at, data FROM " + name + " WHERE key = ?1 AND key = ?1 COLLATE BINARY", kScan);
}

void StatusTable::replace(std::string_view key, const StoredStatus& status) {
  const BucketText at(status.at);
  const Statement::Use use(replace_);
  replace_.bind(1, key);
  replace_.bind(2, at.text());
  replace_.bind(3, status.json);
  // The statement is its own transaction, so its failure may be the commit's.
  const int native = replace_.step();
  if (native != SQLITE_DONE) raise(connection_.get(), native, Phase::Commit, kBeam);
}

std::optional<StoredStatus> StatusTable::find(std::string_view key) {
  const Statement::Use use(find_);
  find_.bind(1, key);
  if (!find_.next_row(kScan)) return std::nullopt;
  StoredStatus status;
  const auto at = read_time(find_.text(0));
  if (!at) {
    throw CorruptData(
        "the status of '" + std::string(key) + "' has a time that can't be read: '" + std::string(find_.text(0)) + "'",
        details(kScan, false));
  }
  status.at = *at;
  status.json = find_.is_null(1) ? std::string("{}") : std::string(find_.text(1));
  return status;
}

}  // namespace trifle::stats::detail::sqlite
