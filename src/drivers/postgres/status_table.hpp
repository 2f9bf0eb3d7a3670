#pragma once

#include <optional>
#include <string_view>

#include "driver/row_driver.hpp"
#include "drivers/postgres/round_trip.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// The table of latest statuses, on one connection.
class StatusTable {
 public:
  StatusTable(Connection& connection, const Table& table);

  void replace(std::string_view key, const StoredStatus& status);
  std::optional<StoredStatus> find(std::string_view key);

 private:
  Connection& connection_;
  Statement replace_;
  Statement find_;
};

}  // namespace trifle::stats::detail::postgres
