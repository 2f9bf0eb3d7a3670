#include "drivers/sqlite/options.hpp"

#include <chrono>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::sqlite {
namespace {

template <class T>
void check_range(const char* option, T given, T from, T to) {
  if (given >= from && given <= to) return;
  throw InvalidArgument(std::string(option) + " is " + std::to_string(given) + "; allowed is " + std::to_string(from) +
                        " to " + std::to_string(to));
}

}  // namespace

void check_options(const std::string& path, const drivers::SqliteOptions& options) {
  if (path.empty()) throw InvalidArgument("the path of the database is empty");
  if (path.find('\0') != std::string::npos) throw InvalidArgument("the path of the database holds a NUL");
  using std::chrono::milliseconds;
  constexpr milliseconds kDay = std::chrono::hours(24);
  check_range<milliseconds::rep>("busy_timeout (milliseconds)", options.busy_timeout.count(), 0, kDay.count());
  check_range("wal_autocheckpoint", options.wal_autocheckpoint, 1, 1'000'000);
  check_range<std::size_t>("max_readers", options.max_readers, 1, 64);
}

Table checked_table(const drivers::SqliteOptions& options) {
  Table table{.identity = options.identity,
              .name = options.table,
              .status_name = options.status_table.empty() ? options.table + "_ping" : options.status_table,
              .ledger_name = options.ledger ? options.table + "_batches" : std::string()};
  table.check();
  return table;
}

Layout checked_layout(const drivers::SqliteOptions& options) {
  Layout layout{.identity = options.identity, .separator = options.separator, .prefix = {}};
  layout.check();
  return layout;
}

}  // namespace trifle::stats::detail::sqlite
