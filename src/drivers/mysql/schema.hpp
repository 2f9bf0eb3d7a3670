#pragma once

#include <span>
#include <string>
#include <string_view>

#include <trifle/stats/driver.hpp>

#include "drivers/mysql/connection.hpp"
#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {

/// What the statements must know of a table as it is.
struct TableFacts {
  bool exists = false;
  bool transactional = true;  ///< false for MyISAM and the like
  bool binary_texts = true;   ///< the identity's columns tell 'k', 'K' and 'k ' apart, and are sorted by their bytes
  bool data_is_json = false;  ///< and no text, as JSON is on MariaDB
  std::string index;          ///< of the unique key on the identity's columns; empty where there is none
};

/// The facts of a table whose rows `key_columns` identify; throws where it can't be asked for.
TableFacts table_facts(Connection& connection, const std::string& table, std::span<const std::string_view> key_columns,
                       std::string_view operation);

/// Compares what is there with what we would create; touches nothing.
SetupReport check_schema(Connection& connection, const Table& table);

/// Creates what is missing and reports the rest. Two programs may do this at the same time. The servers can't undo a
/// CREATE TABLE: of several tables the first may be there when the second fails, and the next setup goes on.
SetupReport create_schema(Connection& connection, const Table& table);

}  // namespace trifle::stats::detail::mysql
