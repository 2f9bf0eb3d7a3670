#include "drivers/mysql/status_table.hpp"

#include <array>
#include <string>

#include "drivers/mysql/bucket_time.hpp"

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::string_view kBeam = "beam";
constexpr std::string_view kScan = "scan";

using Kind = Statement::Column;

TableFacts facts_of(Connection& connection, const Table& table) {
  static constexpr std::array<std::string_view, 1> kKey{"key"};
  auto facts = table_facts(connection, table.status_name, kKey, "status");
  if (!facts.exists) raise_missing_table(table.status_name, "status");
  return facts;
}

}  // namespace

StatusTable::StatusTable(Connection& connection, const Table& table)
    : connection_(connection),
      table_(table),
      facts_(facts_of(connection, table)),
      find_(connection.get(), "SELECT `at`, data, `key` FROM " + quoted(table.status_name) + " WHERE `key` = ?",
            {Kind::Time, Kind::Text, Kind::Text}, kScan) {}

void StatusTable::replace(std::string_view key, const StoredStatus& status) {
  if (!replace_) {
    replace_.emplace(connection_.get(),
                     "INSERT INTO " + quoted(table_.status_name) +
                         " (`key`, `at`, data) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE `at` = VALUES(`at`), data ="
                         " VALUES(data)",
                     std::initializer_list<Kind>{}, kBeam);
  }
  const BucketText at(status.at);
  Transaction transaction(connection_, kBeam);
  if (!facts_.binary_texts) {
    const Statement::Use use(find_);
    find_.add(key);
    find_.execute(kBeam);
    if (find_.next_row(kBeam) && find_.text(2) != key)
      throw StorageError("the status table's collation takes '" + std::string(key) + "' for another key, '" +
                             std::string(find_.text(2)) + "'",
                         details(kBeam, false));
  }
  {
    const Statement::Use use(*replace_);
    replace_->add(key);
    replace_->add(at.text());
    replace_->add(status.json);
    replace_->execute(kBeam);
  }
  transaction.commit();
}

std::optional<StoredStatus> StatusTable::find(std::string_view key) {
  const Statement::Use use(find_);
  find_.add(key);
  find_.execute(kScan);
  if (!find_.next_row(kScan) || find_.text(2) != key) return std::nullopt;
  const auto at = find_.time_floor(0);
  if (!at)
    throw CorruptData("the status of '" + std::string(key) + "' has a time that can't be read", details(kScan, false));
  return StoredStatus{.at = *at, .json = find_.is_null(1) ? std::string("{}") : std::string(find_.text(1))};
}

}  // namespace trifle::stats::detail::mysql
