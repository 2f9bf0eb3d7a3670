#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/row_driver.hpp"
#include "drivers/sqlite/connection.hpp"
#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {

/// The table of latest statuses, on one connection. Its `at` is text as in the other table.
class StatusTable {
 public:
  /// Throws StorageError where the table is missing or has other columns.
  StatusTable(Connection& connection, const Table& table);

  void replace(std::string_view key, const StoredStatus& status);
  std::optional<StoredStatus> find(std::string_view key);

 private:
  Connection& connection_;
  Statement replace_;
  Statement find_;
};

}  // namespace trifle::stats::detail::sqlite
