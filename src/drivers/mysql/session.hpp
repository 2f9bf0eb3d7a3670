#pragma once

#include <optional>
#include <utility>

#include <trifle/stats/error.hpp>

#include "driver/layout.hpp"
#include "drivers/mysql/connection.hpp"
#include "drivers/mysql/reader.hpp"
#include "drivers/mysql/status_table.hpp"
#include "drivers/mysql/table.hpp"
#include "drivers/mysql/writer.hpp"

namespace trifle::stats::detail::mysql {

/// A connection with what is prepared on it, each when it is first needed. Not for two threads at once, not movable:
/// the parts point at the connection.
class Session {
 public:
  Session(Connection opened, const Table& table, const Layout& layout)
      : connection_(std::move(opened)), table_(table), layout_(layout) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Connection& connection() noexcept { return connection_; }
  Writer& writer() { return made(writer_, connection_, table_); }
  Reader& reader() { return made(reader_, connection_, table_, layout_); }
  StatusTable& status() { return made(status_, connection_, table_); }

  /// The tables may have changed: look at them anew.
  void forget_statements() noexcept {
    writer_.reset();
    reader_.reset();
    status_.reset();
  }

  /// What a failure leaves of it, see Sessions.
  bool usable_after(const Error& error) noexcept;

 private:
  template <class Part, class... Arguments>
  static Part& made(std::optional<Part>& part, Arguments&&... arguments) {
    if (!part) part.emplace(arguments...);
    return *part;
  }

  Connection connection_;
  const Table& table_;
  const Layout& layout_;
  std::optional<Writer> writer_;
  std::optional<Reader> reader_;
  std::optional<StatusTable> status_;
};

}  // namespace trifle::stats::detail::mysql
