#pragma once

#include <cstddef>
#include <string>

#include "drivers/mysql/connection.hpp"
#include "drivers/mysql/statement.hpp"
#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {

// What a writer prepares: statements on so many rows, whose parameters are the identity of each, and its data.

/// Reads and locks rows, by the identity alone; `index` is that of the unique key on it.
Statement lock_rows(Connection& connection, const Table& table, const std::string& index, std::size_t rows);

Statement insert_rows(Connection& connection, const Table& table, std::size_t rows);

Statement replace_rows(Connection& connection, const Table& table, std::size_t rows);

/// Replaces data that is, byte by byte, what is the last parameter; for rows that are bound as an array.
Statement change_array_of_rows(Connection& connection, const Table& table);

/// The same where they can't be bound so and data is of the type JSON: it is compared as such, and comes as an array of
/// what it becomes and what it was. That is what is stored where no row is met: then the server counts one row fewer,
/// and all must be rolled back.
Statement change_rows(Connection& connection, const Table& table, std::size_t rows);

}  // namespace trifle::stats::detail::mysql
