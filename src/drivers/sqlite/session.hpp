#pragma once

#include <optional>
#include <utility>

#include "driver/layout.hpp"
#include "drivers/sqlite/connection.hpp"
#include "drivers/sqlite/reader.hpp"
#include "drivers/sqlite/status_table.hpp"
#include "drivers/sqlite/table.hpp"
#include "drivers/sqlite/writer.hpp"

namespace trifle::stats::detail::sqlite {

/// A connection with what is prepared on it, each when it is first needed. Not for two threads at once, not movable:
/// the parts point at the connection.
class Session {
 public:
  /// `only`: it can't be opened again, for it is lent or in memory.
  Session(Connection opened, const Table& table, const Layout& layout, bool only)
      : connection_(std::move(opened)), table_(table), layout_(layout), only_(only) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Connection& connection() noexcept { return connection_; }
  TransactionStatements& transactions() { return made(transactions_, connection_.get()); }
  Writer& writer() { return made(writer_, connection_, table_); }
  Reader& reader() { return made(reader_, connection_, table_, layout_); }
  StatusTable& status() { return made(status_, connection_, table_); }

  /// Leaves nothing that a failure may have spoilt: what is prepared is prepared anew, or the session is closed.
  bool usable_after(const Error& error) noexcept;

  /// The tables may have changed: look at them anew.
  void forget_statements() noexcept {
    writer_.reset();
    reader_.reset();
    status_.reset();
  }

 private:
  template <class Part, class... Arguments>
  static Part& made(std::optional<Part>& part, Arguments&&... arguments) {
    if (!part) part.emplace(arguments...);
    return *part;
  }

  Connection connection_;
  const Table& table_;
  const Layout& layout_;
  const bool only_;
  std::optional<TransactionStatements> transactions_;
  std::optional<Writer> writer_;
  std::optional<Reader> reader_;
  std::optional<StatusTable> status_;
};

}  // namespace trifle::stats::detail::sqlite
