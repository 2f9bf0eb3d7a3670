#include "drivers/mysql/row_statements.hpp"

#include <string>
#include <string_view>

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::string_view kWrite = "write";

/// "(?, ?, ?), (?, ?, ?)"
std::string placeholders(std::size_t rows, std::size_t columns) {
  std::string row = "(";
  for (std::size_t i = 0; i < columns; ++i) row += i == 0 ? "?" : ", ?";
  row += ')';
  std::string all;
  all.reserve(rows * (row.size() + 2));
  for (std::size_t i = 0; i < rows; ++i) all.append(i == 0 ? "" : ", ").append(row);
  return all;
}

std::string insert_text(const Table& table, std::size_t rows) {
  const auto columns = table.identity_columns();
  return "INSERT INTO " + quoted(table.name) + " (" + quoted_list(columns) + ", data) VALUES " +
         placeholders(rows, columns.size() + 1);
}

}  // namespace

Statement lock_rows(Connection& connection, const Table& table, const std::string& index, std::size_t rows) {
  using Kind = Statement::Column;
  const auto columns = table.identity_columns();
  // With the index named no other rows are looked at, and locked, than those that are meant.
  const auto sql = "SELECT " + quoted_list(columns) + ", data FROM " + quoted(table.name) + " FORCE INDEX (" +
                   quoted(index) + ") WHERE (" + quoted_list(columns) + ") IN (" + placeholders(rows, columns.size()) +
                   ") FOR UPDATE";
  switch (table.identity) {
    case Identity::Separated:
      return {connection.get(), sql, {Kind::Text, Kind::Text, Kind::Time, Kind::Text}, kWrite};
    case Identity::Partial:
      return {connection.get(), sql, {Kind::Text, Kind::Time, Kind::Text}, kWrite};
    case Identity::Full:
      break;
  }
  return {connection.get(), sql, {Kind::Text, Kind::Text}, kWrite};
}

Statement insert_rows(Connection& connection, const Table& table, std::size_t rows) {
  return {connection.get(), insert_text(table, rows), {}, kWrite};
}

Statement replace_rows(Connection& connection, const Table& table, std::size_t rows) {
  return {connection.get(), insert_text(table, rows) + " ON DUPLICATE KEY UPDATE data = VALUES(data)", {}, kWrite};
}

Statement change_array_of_rows(Connection& connection, const Table& table) {
  const auto sql = insert_text(table, 1) + " ON DUPLICATE KEY UPDATE data = IF(BINARY data = ?, VALUES(data), data)";
  return {connection.get(), sql, {}, kWrite};
}

Statement change_rows(Connection& connection, const Table& table, std::size_t rows) {
  const auto sql = insert_text(table, rows) +
                   " ON DUPLICATE KEY UPDATE data = IF(data = JSON_EXTRACT(VALUES(data), '$[1]'), "
                   "JSON_EXTRACT(VALUES(data), '$[0]'), data)";
  return {connection.get(), sql, {}, kWrite};
}

}  // namespace trifle::stats::detail::mysql
