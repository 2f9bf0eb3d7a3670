#pragma once

#include <string>

#include <trifle/stats/driver.hpp>

#include "drivers/sqlite/connection.hpp"
#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {

/// What the statements must know of a table as it is.
struct TableFacts {
  bool exists = false;
  bool has_rowid = true;     ///< false WITHOUT ROWID
  bool upserts = false;      ///< it has our unique key, and nothing that makes an upsert gather rows first
  bool binary_texts = true;  ///< the identity's columns tell 'k', 'K' and 'k ' apart
};

/// Whether there is a table of that name; a view is none.
bool has_table(sqlite3* db, const std::string& name);

TableFacts table_facts(sqlite3* db, const Table& table);

/// What must be added to a condition on the identity's columns so that no other row meets it: nothing where they are
/// BINARY, as ours and the sisters' are.
std::string exact_condition(const TableFacts& facts, const Table& table);

/// Compares what is there with what we would create; touches nothing.
SetupReport check_schema(sqlite3* db, const Table& table);

/// The report where the file itself isn't there yet.
SetupReport all_missing(const Table& table);

/// Creates what is missing, all or nothing, and reports the rest. Two programs may do this at the same time.
SetupReport create_schema(Connection& connection, TransactionStatements& transactions, const Table& table);

}  // namespace trifle::stats::detail::sqlite
