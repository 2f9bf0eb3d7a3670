#include "drivers/sqlite/table.hpp"

#include <sqlite3.h>

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

void check_name(const char* option, const std::string& name) {
  if (name.empty()) throw InvalidArgument(std::string(option) + " is empty; it must be the name of a table");
  if (name.find('\0') != std::string::npos) throw InvalidArgument(std::string(option) + " holds a NUL");
  if (!valid_utf8(name)) throw InvalidArgument(std::string(option) + " is not valid UTF-8");
}

}  // namespace

void Table::check() const {
  check_name("table", name);
  check_name("status_table", status_name);
  // SQLite compares names without regard to ASCII case.
  if (sqlite3_stricmp(name.c_str(), status_name.c_str()) == 0)
    throw InvalidArgument("table and status_table are both '" + name + "'; they must be two tables");
  if (ledger_name.empty()) return;
  for (const auto& other : {name, status_name}) {
    if (sqlite3_stricmp(ledger_name.c_str(), other.c_str()) == 0)
      throw InvalidArgument("the ledger's table would be '" + ledger_name + "', which is in use for something else");
  }
}

std::span<const std::string_view> Table::identity_columns() const noexcept {
  static constexpr std::array<std::string_view, 3> kSeparated{"key", "granularity", "at"};
  static constexpr std::array<std::string_view, 2> kPartial{"key", "at"};
  switch (identity) {
    case Identity::Separated:
      return kSeparated;
    case Identity::Partial:
      return kPartial;
    case Identity::Full:
      break;
  }
  return std::span(kPartial).first(1);
}

std::string Table::where_identity(int first) const {
  std::string text;
  for (const auto column : identity_columns())
    text.append(text.empty() ? " WHERE " : " AND ").append(column).append(" = ?").append(std::to_string(first++));
  return text;
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace trifle::stats::detail::sqlite
