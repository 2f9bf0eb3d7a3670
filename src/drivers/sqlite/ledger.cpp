#include "drivers/sqlite/ledger.hpp"

#include <sqlite3.h>

#include <chrono>

#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kWrite = "write";
constexpr std::int64_t kKept = 24 * 3600;
constexpr std::int64_t kBetweenPrunings = 600;

std::int64_t unix_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

}  // namespace

Ledger::Ledger(sqlite3* db, const std::string& table)
    : db_(db),
      enter_(db, "INSERT INTO " + quoted(table) + " (id, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING", kWrite),
      prune_(db, "DELETE FROM " + quoted(table) + " WHERE at < ?1", kWrite) {}

bool Ledger::enter(const Rows::Id& id) {
  const auto now = unix_now();
  if (now - pruned_at_ >= kBetweenPrunings) prune(now);
  const Statement::Use use(enter_);
  enter_.bind_blob(1, id);
  enter_.bind(2, now);
  enter_.run(kWrite);
  return sqlite3_changes(db_) > 0;
}

void Ledger::prune(std::int64_t now) {
  const Statement::Use use(prune_);
  prune_.bind(1, now - kKept);
  prune_.run(kWrite);
  pruned_at_ = now;
}

}  // namespace trifle::stats::detail::sqlite
