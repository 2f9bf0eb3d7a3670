#include "drivers/mysql/schema.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <vector>

#include "drivers/mysql/statement.hpp"

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::string_view kSetup = "setup";
constexpr std::int64_t kKeyLength = 255;

struct Column {
  std::string name;
  std::string type;
  std::string collation;
  std::int64_t length = 0;     ///< characters, of texts
  bool must_be_given = false;  ///< NOT NULL without a default
};

struct Index {
  std::vector<std::string> columns;
  bool whole = true;  ///< not only the beginnings of its columns
};

struct Found {
  bool exists = false;
  bool is_view = false;
  std::string engine;
  bool transactional = false;
  std::vector<Column> columns;
  std::map<std::string, Index> unique_keys;

  const Column* column(std::string_view name) const {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return same(column.name, name); });
    return found == columns.end() ? nullptr : &*found;
  }

  /// Names of columns are compared without regard to case.
  static bool same(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
  }
};

/// The dictionary compares names without regard to case, and a server may or may not.
std::string in_dictionary(const char* alias) {
  const std::string name = std::string(alias) + "TABLE_NAME";
  return " WHERE " + std::string(alias) + "TABLE_SCHEMA = DATABASE() AND " + name + " = ? AND (CAST(" + name +
         " AS BINARY) = CAST(? AS BINARY) OR @@lower_case_table_names <> 0)";
}

void read_columns(Connection& connection, const std::string& table, Found& found, std::string_view operation) {
  using Kind = Statement::Column;
  Statement statement(
      connection.get(),
      "SELECT COLUMN_NAME, DATA_TYPE, COALESCE(COLLATION_NAME, ''), COALESCE(CHARACTER_MAXIMUM_LENGTH, 0),"
      " IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%' AND"
      " EXTRA NOT LIKE '%GENERATED%' FROM information_schema.COLUMNS" +
          in_dictionary("") + " ORDER BY ORDINAL_POSITION",
      {Kind::Text, Kind::Text, Kind::Text, Kind::Integer, Kind::Integer}, operation);
  const Statement::Use use(statement);
  statement.add(table);
  statement.add(table);
  statement.execute(operation);
  while (statement.next_row(operation)) {
    found.columns.push_back({.name = std::string(statement.text(0)),
                             .type = std::string(statement.text(1)),
                             .collation = std::string(statement.text(2)),
                             .length = statement.integer(3),
                             .must_be_given = statement.integer(4) != 0});
  }
}

void read_unique_keys(Connection& connection, const std::string& table, Found& found, std::string_view operation) {
  using Kind = Statement::Column;
  Statement statement(connection.get(),
                      "SELECT INDEX_NAME, COALESCE(COLUMN_NAME, ''), SUB_PART IS NULL FROM"
                      " information_schema.STATISTICS" +
                          in_dictionary("") + " AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX",
                      {Kind::Text, Kind::Text, Kind::Integer}, operation);
  const Statement::Use use(statement);
  statement.add(table);
  statement.add(table);
  statement.execute(operation);
  while (statement.next_row(operation)) {
    auto& index = found.unique_keys[std::string(statement.text(0))];
    index.columns.emplace_back(statement.text(1));
    index.whole = index.whole && statement.integer(2) != 0;
  }
}

Found look(Connection& connection, const std::string& table, std::string_view operation) {
  using Kind = Statement::Column;
  Found found;
  {
    Statement statement(connection.get(),
                        "SELECT t.TABLE_TYPE <> 'BASE TABLE', COALESCE(t.ENGINE, ''), COALESCE(e.TRANSACTIONS, 'NO') ="
                        " 'YES' FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON"
                        " e.ENGINE = t.ENGINE" +
                            in_dictionary("t."),
                        {Kind::Integer, Kind::Text, Kind::Integer}, operation);
    const Statement::Use use(statement);
    statement.add(table);
    statement.add(table);
    statement.execute(operation);
    while (statement.next_row(operation)) {
      found.exists = true;
      found.is_view = statement.integer(0) != 0;
      found.engine = statement.text(1);
      found.transactional = statement.integer(2) != 0;
    }
  }
  if (!found.exists) return found;
  read_columns(connection, table, found, operation);
  read_unique_keys(connection, table, found, operation);
  return found;
}

/// Collations that compare and sort by bytes and don't ignore spaces at the end. Of binary strings there is none.
bool is_binary(const Column& column) {
  return column.collation.empty() || column.collation.ends_with("_nopad_bin") || column.collation == "utf8mb4_0900_bin";
}

bool same_columns(const Index& index, std::span<const std::string_view> wanted) {
  return index.whole && index.columns.size() == wanted.size() &&
         std::all_of(wanted.begin(), wanted.end(), [&](std::string_view column) {
           return std::any_of(index.columns.begin(), index.columns.end(),
                              [&](const std::string& found) { return Found::same(found, column); });
         });
}

std::string unique_key_on(const Found& found, std::span<const std::string_view> columns) {
  if (const auto primary = found.unique_keys.find("PRIMARY");
      primary != found.unique_keys.end() && same_columns(primary->second, columns))
    return "PRIMARY";
  for (const auto& [name, index] : found.unique_keys) {
    if (same_columns(index, columns)) return name;
  }
  return {};
}

/// The name of the collation that this server has for it.
std::string binary_collation(Connection& connection) {
  const auto found = connection.ask(
      "SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE COLLATION_NAME IN ('utf8mb4_0900_bin',"
      " 'utf8mb4_nopad_bin') ORDER BY COLLATION_NAME LIMIT 1",
      kSetup);
  // Without either, which no supported server is: the check will tell what is weaker.
  return found.empty() ? "utf8mb4_bin" : found;
}

std::string create_statement(const WantedTable& wanted, const std::string& collation) {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quoted(wanted.name) + " (";
  const auto column = [&](std::string_view name, const char* type) {
    sql.append(quoted(name)).append(" ").append(type).append(" NOT NULL, ");
  };
  for (const auto name : wanted.key)
    column(name, name == "id" ? "BINARY(16)" : name == "at" ? "DATETIME(6)" : "VARCHAR(255)");
  for (const auto name : wanted.others)
    column(name, name == "data" ? "JSON" : wanted.is_ledger() ? "BIGINT" : "DATETIME(6)");
  return sql + "PRIMARY KEY (" + quoted_list(wanted.key) + ")) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE " +
         collation;
}

/// What is wrong with a column that should be as the family's; empty where it is good.
std::string weakness(const WantedTable& wanted, const Column& column, std::string_view name) {
  if (wanted.is_ledger()) return {};
  if (name == "at") return column.type == "datetime" ? "" : "is of type " + column.type + ", not DATETIME";
  if (name == "data") {
    const bool holds = column.type == "json" || column.type == "longtext";
    return holds ? "" : "is of type " + column.type + ", not JSON";
  }
  if (!is_binary(column))
    return "has the collation " + column.collation +
           ", which takes different keys for one: each but the first is "
           "refused";
  if (column.length < kKeyLength) return "has room for " + std::to_string(column.length) + ", not 255";
  return {};
}

void compare(Connection& connection, const WantedTable& wanted, SetupReport& report) {
  const auto found = look(connection, wanted.name, kSetup);
  if (!found.exists) {
    report.missing.push_back(wanted.name);
    return;
  }
  const auto differs = [&](const std::string& how) {
    report.differences.push_back("table '" + wanted.name + "' " + how);
  };
  if (found.is_view) {
    differs("is a view");
    return;
  }
  if (!found.transactional) differs("is kept by " + found.engine + ", which has no transactions: it is not written to");

  std::vector<std::string_view> all(wanted.key.begin(), wanted.key.end());
  all.insert(all.end(), wanted.others.begin(), wanted.others.end());
  bool complete = true;
  for (const auto name : all) {
    const auto* const column = found.column(name);
    if (!column) {
      differs("has no column '" + std::string(name) + "'");
      complete = false;
      continue;
    }
    if (const auto what = weakness(wanted, *column, name); !what.empty())
      differs("column '" + std::string(name) + "' " + what);
  }
  for (const auto& column : found.columns) {
    const bool ours =
        std::any_of(all.begin(), all.end(), [&](std::string_view name) { return Found::same(name, column.name); });
    if (!ours && column.must_be_given) differs("has a column '" + column.name + "' that must be given a value");
  }
  if (complete && unique_key_on(found, wanted.key).empty())
    differs("has no unique key on (" + quoted_list(wanted.key) + ")");
  for (const auto& [name, index] : found.unique_keys) {
    if (!same_columns(index, wanted.key)) differs("has another unique key '" + name + "'");
  }
}

}  // namespace

TableFacts table_facts(Connection& connection, const std::string& table, std::span<const std::string_view> key_columns,
                       std::string_view operation) {
  const auto found = look(connection, table, operation);
  TableFacts facts{.exists = found.exists,
                   .transactional = found.transactional,
                   .binary_texts = true,
                   .data_is_json = found.column("data") && Found::same(found.column("data")->type, "json"),
                   .index = unique_key_on(found, key_columns)};
  for (const auto name : key_columns) {
    const auto* const column = found.column(name);
    if (column && name != "at" && !is_binary(*column)) facts.binary_texts = false;
  }
  return facts;
}

SetupReport check_schema(Connection& connection, const Table& table) {
  SetupReport report;
  for (const auto& wanted : table.wanted()) compare(connection, wanted, report);
  return report;
}

SetupReport create_schema(Connection& connection, const Table& table) {
  const auto before = check_schema(connection, table);
  const auto collation = binary_collation(connection);
  for (const auto& wanted : table.wanted()) {
    const bool missing = std::find(before.missing.begin(), before.missing.end(), wanted.name) != before.missing.end();
    if (missing) connection.execute(create_statement(wanted, collation), kSetup);
  }
  auto report = check_schema(connection, table);
  report.created = before.missing;
  return report;
}

}  // namespace trifle::stats::detail::mysql
