#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "driver/row_driver.hpp"
#include "drivers/sqlite/connection.hpp"
#include "drivers/sqlite/schema.hpp"
#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {

/// Reads series on one connection: one range scan where the identity and the column's collation allow it, otherwise a
/// join with the wanted buckets, in chunks.
class Reader {
 public:
  /// Throws StorageError where the table is missing or has other columns.
  Reader(Connection& connection, const Table& table, const Layout& layout);

  void read(const RowRange& range, RowSink& sink);

 private:
  void read_times(const RowRange& range, RowSink& sink);
  void read_keys_between(const RowRange& range, std::string_view prefix, RowSink& sink);
  void read_each_key(const RowRange& range, std::string_view prefix, RowSink& sink);

  const Layout& layout_;
  bool binary_texts_ = true;
  Statement range_;
  Statement each_;  // full identity only
};

}  // namespace trifle::stats::detail::sqlite
