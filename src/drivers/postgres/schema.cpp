#include "drivers/postgres/schema.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "drivers/postgres/round_trip.hpp"
#include "drivers/postgres/statements.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::string_view kSetup = "setup";

using Texts = std::vector<std::string>;

/// Rows of texts about the table `name`, which is found as our statements find it.
std::vector<Texts> look_up(Connection& connection, const std::string& name, const char* sql) {
  Statement statement{std::string(sql)};
  Parameters parameters;
  parameters.text(quoted(name));
  RoundTrip trip(connection, kSetup);
  trip.add(statement, parameters);
  const auto results = trip.run();
  std::vector<Texts> found;
  const int columns = results[0].rows() > 0 ? results[0].columns() : 0;
  for (int row = 0; row < results[0].rows(); ++row) {
    auto& texts = found.emplace_back();
    for (int column = 0; column < columns; ++column) texts.emplace_back(results[0].value(row, column));
  }
  return found;
}

struct Column {
  std::string name;
  std::string type;  ///< "text", "character varying", "jsonb", …
  bool must_be_given = false;
  bool tells_bytes_apart = true;  ///< its collation is deterministic
};

std::vector<Column> columns_of(Connection& connection, const std::string& name) {
  std::vector<Column> columns;
  for (auto& row : look_up(connection, name,
                           "SELECT a.attname::text, format_type(a.atttypid, NULL)::text, (a.attnotnull AND NOT "
                           "a.atthasdef AND a.attidentity = '' AND a.attgenerated = '')::text, "
                           "coalesce(c.collisdeterministic, true)::text FROM pg_catalog.pg_attribute a LEFT JOIN "
                           "pg_catalog.pg_collation c ON c.oid = a.attcollation WHERE a.attrelid = "
                           "to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"))
    columns.push_back({row[0], row[1], row[2] == "true", row[3] == "true"});
  return columns;
}

/// The columns of each unique key that holds for every row, sorted and joined.
Texts unique_keys_of(Connection& connection, const std::string& name) {
  Texts keys;
  for (auto& row : look_up(connection, name,
                           "SELECT (SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM "
                           "pg_catalog.pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY "
                           "(i.indkey::int2[]))::text FROM pg_catalog.pg_index i WHERE i.indrelid = "
                           "to_regclass($1::text) AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred "
                           "IS NULL AND i.indexprs IS NULL"))
    keys.push_back(row[0]);
  return keys;
}

bool has_type(const Column& column) {
  if (column.name == "at") return column.type == "timestamp with time zone";
  if (column.name == "data") return column.type == "jsonb";
  if (column.name == "id") return column.type == "bytea";
  return column.type == "text" || column.type == "character varying";
}

std::string listed(std::span<const std::string_view> columns, bool sorted) {
  std::vector<std::string_view> names(columns.begin(), columns.end());
  if (sorted) std::sort(names.begin(), names.end());
  std::string text;
  for (const auto name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

/// Bytes tell keys apart, whatever the database's language, and no upgrade of its collations spoils the index.
std::string create_statement(const WantedTable& wanted) {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quoted(wanted.name) + " (";
  if (wanted.is_ledger()) return sql + "id BYTEA PRIMARY KEY, at TIMESTAMPTZ NOT NULL)";
  for (const auto column : wanted.key) {
    sql.append(column).append(column == "at" ? " TIMESTAMPTZ NOT NULL, " : " VARCHAR(255) COLLATE \"C\" NOT NULL, ");
  }
  if (wanted.others.size() == 2) sql += "at TIMESTAMPTZ NOT NULL, ";
  return sql + "data JSONB NOT NULL DEFAULT '{}'::jsonb, PRIMARY KEY (" + listed(wanted.key, false) +
         ")) WITH (fillfactor = 80)";
}

void compare(Connection& connection, const WantedTable& wanted, SetupReport& report) {
  const auto kind = look_up(connection, wanted.name,
                            "SELECT relkind::text, relpersistence::text FROM pg_catalog.pg_class WHERE oid = "
                            "to_regclass($1::text)");
  if (kind.empty()) {
    report.missing.push_back(wanted.name);
    return;
  }
  const auto differs = [&](const std::string& how) {
    report.differences.push_back("table '" + wanted.name + "' " + how);
  };
  if (kind[0][0] != "r" && kind[0][0] != "p") {
    differs("is no table");
    return;
  }
  if (kind[0][1] == "u") differs("is unlogged: a crash of the server empties it");

  const auto columns = columns_of(connection, wanted.name);
  std::vector<std::string_view> all(wanted.key.begin(), wanted.key.end());
  all.insert(all.end(), wanted.others.begin(), wanted.others.end());
  bool complete = true;
  for (const auto name : all) {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name == name; });
    if (found == columns.end()) {
      differs("has no column '" + std::string(name) + "'");
      complete = false;
      continue;
    }
    if (!has_type(*found)) differs("has column '" + found->name + "' of type " + found->type);
    if (!found->tells_bytes_apart)
      differs("has column '" + found->name + "' with a collation that takes different texts for one");
  }
  for (const auto& column : columns) {
    const bool ours = std::find(all.begin(), all.end(), column.name) != all.end();
    if (!ours && column.must_be_given)
      differs("has a column '" + column.name + "' that must be given, which this library doesn't know");
  }
  if (!complete) return;

  const auto keys = unique_keys_of(connection, wanted.name);
  const auto key = listed(wanted.key, true);
  if (std::find(keys.begin(), keys.end(), key) == keys.end())
    differs("has no primary key or unique index on (" + listed(wanted.key, false) + "): rows could be written twice");
  for (const auto& other : keys)
    if (other != key) differs("has another unique key, on (" + other + "): it may refuse rows");
}

}  // namespace

bool has_byte_order(Connection& connection, const Table& table) {
  const auto found = look_up(connection, table.name,
                             "SELECT 1::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_collation c ON c.oid = "
                             "a.attcollation WHERE a.attrelid = to_regclass($1::text) AND a.attname = 'key' AND "
                             "c.collname IN ('C', 'POSIX') AND c.collnamespace = 'pg_catalog'::regnamespace");
  return !found.empty();
}

bool is_plain_heap(Connection& connection, const Table& table) {
  return !look_up(connection, table.name, find_plain_heap().c_str()).empty();
}

SetupReport check_schema(Connection& connection, const Table& table) {
  SetupReport report;
  for (const auto& wanted : table.wanted()) compare(connection, wanted, report);
  return report;
}

SetupReport create_schema(Connection& connection, const Table& table) {
  const auto missing = check_schema(connection, table).missing;
  std::string sql;
  for (const auto& wanted : table.wanted()) {
    if (std::find(missing.begin(), missing.end(), wanted.name) != missing.end()) sql += create_statement(wanted) + ";";
  }
  // Several statements in one message are one transaction.
  if (!sql.empty()) connection.execute(sql.c_str(), kSetup);
  auto report = check_schema(connection, table);
  report.created = missing;
  return report;
}

}  // namespace trifle::stats::detail::postgres
