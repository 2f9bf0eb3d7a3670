#include "drivers/mysql/ledger.hpp"

#include <chrono>

#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::int64_t kBetweenPrunings = 600;  // seconds
constexpr std::uint64_t kAtOnce = 1'000;

std::string hex(const Rows::Id& id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : id) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

Ledger::Ledger(Connection& connection, const std::string& table) : connection_(connection), table_(quoted(table)) {}

std::string Ledger::entry(const Rows::Id& id) const {
  return "INSERT INTO " + table_ + " (id, at) VALUES (X'" + hex(id) + "', UNIX_TIMESTAMP())";
}

bool Ledger::has(const Rows::Id& id, std::string_view operation) {
  return !connection_.ask("SELECT 1 FROM " + table_ + " WHERE id = X'" + hex(id) + "'", operation).empty();
}

void Ledger::prune() noexcept {
  try {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now()).time_since_epoch().count();
    if (pruned_at_ != 0 && now - pruned_at_ < kBetweenPrunings) return;
    // The ids are read without locks, so that nobody who enters a batch just now is waited for.
    connection_.execute("DELETE l FROM (SELECT id FROM " + table_ + " WHERE at < UNIX_TIMESTAMP() - 86400 LIMIT " +
                            std::to_string(kAtOnce) + ") AS old STRAIGHT_JOIN " + table_ + " AS l ON l.id = old.id",
                        "prune");
    const bool all = connection_.affected_rows() < kAtOnce;
    connection_.commit("prune");
    if (all) pruned_at_ = now;
  } catch (const std::exception&) {
    connection_.rollback();
  }
}

}  // namespace trifle::stats::detail::mysql
