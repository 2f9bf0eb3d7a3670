#include "drivers/postgres/status_table.hpp"

#include "drivers/postgres/statements.hpp"

namespace trifle::stats::detail::postgres {

StatusTable::StatusTable(Connection& connection, const Table& table)
    : connection_(connection), replace_(replace_status(table)), find_(find_status(table)) {}

void StatusTable::replace(std::string_view key, const StoredStatus& status) {
  Parameters parameters;
  parameters.text(key);
  parameters.time(status.at);
  parameters.jsonb(status.json);
  RoundTrip trip(connection_, "beam");
  trip.add(replace_, parameters, true);
  trip.run();
}

std::optional<StoredStatus> StatusTable::find(std::string_view key) {
  Parameters parameters;
  parameters.text(key);
  RoundTrip trip(connection_, "scan");
  trip.add(find_, parameters);
  const auto results = trip.run();
  if (results[0].rows() == 0) return std::nullopt;
  StoredStatus status;
  status.at = read_time(results[0].value(0, 0)).at;
  status.json = results[0].is_null(0, 1) ? "{}" : read_jsonb(results[0].value(0, 1));
  return status;
}

}  // namespace trifle::stats::detail::postgres
