#include "drivers/sqlite/table.hpp"

#include <sqlite3.h>

namespace trifle::stats::detail::sqlite {

void check(const Table& table) {
  const auto any_name = [](const char*, const std::string&) {};
  // SQLite compares names without regard to ASCII case.
  table.check(any_name,
              [](const std::string& a, const std::string& b) { return sqlite3_stricmp(a.c_str(), b.c_str()) == 0; });
}

std::string where_identity(const Table& table, int first) {
  std::string text;
  for (const auto column : table.identity_columns())
    text.append(text.empty() ? " WHERE " : " AND ").append(column).append(" = ?").append(std::to_string(first++));
  return text;
}

std::string quoted(std::string_view name) { return between_quotes(name, '"'); }

}  // namespace trifle::stats::detail::sqlite
