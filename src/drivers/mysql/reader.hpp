#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "driver/row_driver.hpp"
#include "drivers/mysql/connection.hpp"
#include "drivers/mysql/schema.hpp"
#include "drivers/mysql/sized_statements.hpp"
#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {

/// Reads series on one connection, each row handed out as it comes: one range where the identity and the table's
/// collation allow it, otherwise the wanted keys, in chunks.
class Reader {
 public:
  /// Throws StorageError where the table is missing.
  Reader(Connection& connection, const Table& table, const Layout& layout);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// `any` becomes true as soon as a row was handed out.
  void read(const RowRange& range, RowSink& sink, bool& any);

 private:
  void read_times(const RowRange& range, RowSink& sink, bool& any);
  void read_keys_between(const RowRange& range, RowSink& sink, bool& any);
  void read_each_key(const RowRange& range, RowSink& sink, bool& any);

  Connection& connection_;
  const Table& table_;
  const Layout& layout_;
  TableFacts facts_;
  std::optional<Statement> range_;
  SizedStatements each_;  // full identity only
};

}  // namespace trifle::stats::detail::mysql
