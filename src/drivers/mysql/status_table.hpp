#pragma once

#include <optional>
#include <string_view>

#include "driver/row_driver.hpp"
#include "drivers/mysql/connection.hpp"
#include "drivers/mysql/schema.hpp"
#include "drivers/mysql/statement.hpp"
#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {

/// The latest status of each key, on one connection.
class StatusTable {
 public:
  /// Throws StorageError where the table is missing.
  StatusTable(Connection& connection, const Table& table);
  StatusTable(const StatusTable&) = delete;
  StatusTable& operator=(const StatusTable&) = delete;

  void replace(std::string_view key, const StoredStatus& status);
  std::optional<StoredStatus> find(std::string_view key);

 private:
  Connection& connection_;
  const Table& table_;
  TableFacts facts_;
  std::optional<Statement> replace_;
  Statement find_;
};

}  // namespace trifle::stats::detail::mysql
