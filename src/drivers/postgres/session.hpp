#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "driver/layout.hpp"
#include "drivers/postgres/connection.hpp"
#include "drivers/postgres/reader.hpp"
#include "drivers/postgres/status_table.hpp"
#include "drivers/postgres/table.hpp"
#include "drivers/postgres/writer.hpp"

namespace trifle::stats::detail::postgres {

/// A connection with what is prepared on it, each when it is first needed. Not for two threads at once, not movable:
/// the parts point at the connection.
class Session {
 public:
  Session(Connection opened, const Table& table, const Layout& layout, const drivers::PostgresOptions& options)
      : connection_(std::move(opened)), table_(table), layout_(layout), options_(options) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Connection& connection() noexcept { return connection_; }
  Writer& writer();
  Reader& reader();
  StatusTable& status();

  /// What a failure leaves: a lent connection stays, and what was prepared on it is prepared anew.
  bool usable_after(const Error& error) noexcept;

 private:
  Connection connection_;
  const Table& table_;
  const Layout& layout_;
  const drivers::PostgresOptions& options_;
  std::unique_ptr<Writer> writer_;
  std::optional<Reader> reader_;
  std::optional<StatusTable> status_;
};

}  // namespace trifle::stats::detail::postgres
