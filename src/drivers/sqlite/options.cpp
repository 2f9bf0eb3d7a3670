#include "drivers/sqlite/options.hpp"

#include <chrono>

#include <trifle/stats/error.hpp>

#include "driver/option_range.hpp"

namespace trifle::stats::detail::sqlite {

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
  auto table = Table::of(options);
  check(table);
  return table;
}

}  // namespace trifle::stats::detail::sqlite
