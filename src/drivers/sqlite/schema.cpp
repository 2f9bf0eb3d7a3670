#include "drivers/sqlite/schema.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kSetup = "setup";

struct Column {
  std::string name;
  std::string type;
  bool must_be_given = false;  ///< NOT NULL without a default
};

struct UniqueKey {
  std::vector<std::string> columns;
  bool binary = true;
};

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sqlite3_strnicmp(a.data(), b.data(), static_cast<int>(a.size())) == 0;
}

std::vector<Column> columns_of(sqlite3* db, const std::string& table) {
  Statement statement(db, R"(SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?1))", kSetup);
  const Statement::Use use(statement);
  statement.bind(1, table);
  std::vector<Column> columns;
  while (statement.next_row(kSetup)) {
    columns.push_back({.name = std::string(statement.text(0)),
                       .type = std::string(statement.text(1)),
                       .must_be_given = statement.integer(2) != 0 && statement.is_null(3)});
  }
  return columns;
}

std::vector<UniqueKey> unique_keys_of(sqlite3* db, const std::string& table) {
  Statement list(db, R"(SELECT name FROM pragma_index_list(?1) WHERE "unique" AND NOT partial)", kSetup);
  const Statement::Use use_list(list);
  list.bind(1, table);
  std::vector<UniqueKey> keys;
  while (list.next_row(kSetup)) {
    const std::string index(list.text(0));
    Statement info(db, "SELECT name, coll FROM pragma_index_xinfo(?1) WHERE key ORDER BY seqno", kSetup);
    const Statement::Use use_info(info);
    info.bind(1, index);
    UniqueKey key;
    while (info.next_row(kSetup)) {
      key.columns.emplace_back(info.text(0));
      key.binary = key.binary && same_name(info.text(1), "BINARY");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

bool has_triggers(sqlite3* db, const std::string& table) {
  Statement statement(db,
                      "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE UNION ALL "
                      "SELECT 1 FROM sqlite_temp_master WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE",
                      kSetup);
  const Statement::Use use(statement);
  statement.bind(1, table);
  return statement.next_row(kSetup);
}

bool is_binary(sqlite3* db, const std::string& table, std::string_view column) {
  const char* collation = nullptr;
  const int native = sqlite3_table_column_metadata(db, nullptr, table.c_str(), std::string(column).c_str(), nullptr,
                                                   &collation, nullptr, nullptr, nullptr);
  return native != SQLITE_OK || collation == nullptr || same_name(collation, "BINARY");
}

/// By SQLite's own rules for a declared type: whether texts stay texts in it.
bool keeps_text(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
  if (has("INT")) return false;
  return type.empty() || has("CHAR") || has("CLOB") || has("TEXT") || has("BLOB");
}

bool same_columns(const UniqueKey& key, std::span<const std::string_view> wanted) {
  return key.columns.size() == wanted.size() && std::all_of(wanted.begin(), wanted.end(), [&](std::string_view column) {
           return std::any_of(key.columns.begin(), key.columns.end(),
                              [&](const std::string& found) { return same_name(found, column); });
         });
}

std::string listed(std::span<const std::string_view> columns) {
  std::string text;
  for (const auto column : columns) text.append(text.empty() ? "" : ", ").append(column);
  return text;
}

std::string create_statement(const WantedTable& wanted) {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quoted(wanted.name) + " (";
  if (wanted.is_ledger()) return sql + "id BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID";
  if (wanted.key.size() == 1) {
    sql += "key TEXT PRIMARY KEY, ";
  } else {
    for (const auto column : wanted.key) sql.append(column).append(" TEXT NOT NULL, ");
  }
  if (wanted.others.size() == 2) sql += "at TEXT NOT NULL, ";
  sql += "data TEXT NOT NULL DEFAULT '{}'";
  if (wanted.key.size() > 1) sql += ", PRIMARY KEY (" + listed(wanted.key) + ")";
  return sql + ")";
}

void compare(sqlite3* db, const WantedTable& wanted, SetupReport& report) {
  const auto columns = columns_of(db, wanted.name);
  if (columns.empty()) {
    report.missing.push_back(wanted.name);
    return;
  }
  const auto differs = [&](const std::string& how) {
    report.differences.push_back("table '" + wanted.name + "' " + how);
  };
  if (!has_table(db, wanted.name)) {
    differs("is a view");
    return;
  }

  std::vector<std::string_view> all(wanted.key.begin(), wanted.key.end());
  all.insert(all.end(), wanted.others.begin(), wanted.others.end());
  bool complete = true;
  for (const auto name : all) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return same_name(column.name, name); });
    if (found == columns.end()) {
      differs("has no column '" + std::string(name) + "'");
      complete = false;
      continue;
    }
    const bool is_key = name == "key" || name == "granularity";
    if (is_key && !keeps_text(found->type))
      differs("has column '" + found->name + "' of type '" + found->type + "', which turns keys into numbers");
    if (!is_binary(db, wanted.name, name))
      differs("has column '" + found->name + "' with a collation other than BINARY: it takes different texts for one");
  }
  for (const auto& column : columns) {
    const bool ours =
        std::any_of(all.begin(), all.end(), [&](std::string_view name) { return same_name(column.name, name); });
    if (!ours && column.must_be_given)
      differs("has a column '" + column.name + "' that must be given, which this library doesn't know");
  }
  if (!complete) return;

  const auto keys = unique_keys_of(db, wanted.name);
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const UniqueKey& key) { return same_columns(key, wanted.key); });
  if (found == keys.end()) {
    differs("has no primary key or unique index on (" + listed(wanted.key) + "): rows could be written twice");
  } else if (!found->binary) {
    differs("has a unique key with a collation other than BINARY: it takes different texts for one");
  }
  for (const auto& key : keys) {
    if (same_columns(key, wanted.key)) continue;
    std::string names;
    for (const auto& column : key.columns) names += (names.empty() ? "" : ", ") + column;
    differs("has another unique key, on (" + names + "): it may refuse rows");
  }
}

}  // namespace

bool has_table(sqlite3* db, const std::string& name) {
  // Column metadata is answered from the connection's memory, however old; a statement looks whether it is still true.
  Statement look(db, "SELECT 1 FROM sqlite_master LIMIT 1", kSetup);
  const Statement::Use use(look);
  look.next_row(kSetup);
  return sqlite3_table_column_metadata(db, nullptr, name.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr,
                                       nullptr) == SQLITE_OK;
}

TableFacts table_facts(sqlite3* db, const Table& table) {
  TableFacts facts;
  facts.exists = has_table(db, table.name);
  if (!facts.exists) return facts;
  for (const auto column : table.identity_columns())
    facts.binary_texts = facts.binary_texts && is_binary(db, table.name, column);
  const auto keys = unique_keys_of(db, table.name);
  facts.upserts =
      std::any_of(keys.begin(), keys.end(),
                  [&](const UniqueKey& key) { return key.binary && same_columns(key, table.identity_columns()); }) &&
      !has_triggers(db, table.name);
  return facts;
}

std::string exact_condition(const TableFacts& facts, const Table& table) {
  std::string text;
  if (facts.binary_texts) return text;
  int parameter = 1;
  for (const auto column : table.identity_columns())
    text.append(" AND ").append(column).append(" = ?").append(std::to_string(parameter++)).append(" COLLATE BINARY");
  return text;
}

SetupReport check_schema(sqlite3* db, const Table& table) {
  SetupReport report;
  for (const auto& wanted : table.wanted()) compare(db, wanted, report);
  return report;
}

SetupReport all_missing(const Table& table) {
  SetupReport report;
  for (const auto& wanted : table.wanted()) report.missing.push_back(wanted.name);
  return report;
}

SetupReport create_schema(Connection& connection, TransactionStatements& transactions, const Table& table) {
  // Nothing to create: then no lock is needed, and a file that can only be read will do.
  auto report = check_schema(connection.get(), table);
  if (report.missing.empty()) return report;

  Transaction transaction(connection, transactions, kSetup);
  const auto missing = check_schema(connection.get(), table).missing;
  for (const auto& wanted : table.wanted()) {
    if (std::find(missing.begin(), missing.end(), wanted.name) != missing.end())
      connection.execute(create_statement(wanted).c_str(), kSetup);
  }
  report = check_schema(connection.get(), table);
  report.created = missing;
  transaction.commit();
  return report;
}

}  // namespace trifle::stats::detail::sqlite
