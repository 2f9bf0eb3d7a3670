#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "driver/asked_buckets.hpp"
#include "driver/row_driver.hpp"
#include "drivers/postgres/round_trip.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// Reads rows, on one connection.
class Reader {
 public:
  Reader(Connection& connection, const Table& table, const Layout& layout);

  void read(const RowRange& range, RowSink& sink);

 private:
  void read_times(const RowRange& range, RowSink& sink);
  void read_keys_between(const RowRange& range, const JoinedKeys& keys, RowSink& sink);
  void read_each_key(const RowRange& range, std::string_view prefix, RowSink& sink);

  Connection& connection_;
  const Layout& layout_;
  Statement times_;
  Statement keys_between_;
  Statement keys_;
  bool byte_order_ = false;
};

}  // namespace trifle::stats::detail::postgres
