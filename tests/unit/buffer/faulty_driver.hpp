#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

#include "driver/row_driver.hpp"

namespace trifle::stats::detail {

/// Row → path → number, as a database would hold it.
using Table = std::map<std::string, std::map<std::string, Number>>;

inline void write_into(std::span<const Row> rows, Table& table) {
  for (const Row& row : rows) {
    auto& stored = table[std::string(row.stored_key)];
    for (const Field& field : row.increments) stored[std::string(field.name)] += field.number;
    for (const Field& field : row.sets) stored[std::string(field.name)] = field.number;
  }
}

/// A database in a map, which shows each batch that it was given.
class TableDriver : public RowDriver {
 public:
  explicit TableDriver(Traits traits = {.backend = "table", .ledger = true}) : traits_(std::move(traits)) {}

  const Traits& traits() const noexcept override { return traits_; }
  const Layout& layout() const noexcept override { return layout_; }
  SetupReport setup(Setup) override { return {}; }
  void write(const Rows& rows) override {
    const std::lock_guard lock(mutex_);
    ++writes;
    if (traits_.ledger && !ids.insert(rows.id()).second) return;
    write_into(rows.rows(), table);
    batches.push_back(rows.operations());
  }
  void read(const RowRange&, RowSink&) override {}
  void beam(std::string_view, const StoredStatus&) override {}
  std::optional<StoredStatus> scan(std::string_view) override { return std::nullopt; }

  Table table;
  std::vector<std::size_t> batches;  // operations of each that was applied
  std::size_t writes = 0;
  std::set<Rows::Id> ids;

 private:
  std::mutex mutex_;
  const Traits traits_;
  const Layout layout_;
};

/// Something that happens to a write.
enum class Fault { None, Before, Commit, Lost, Rows };

/// Fails as it is told around a driver that doesn't.
class FaultyDriver : public RowDriver {
 public:
  explicit FaultyDriver(std::shared_ptr<RowDriver> inner) : inner_(std::move(inner)) {}

  /// What happens to the next write; none: nothing.
  std::function<Fault(const Rows&)> plan;
  /// Whether a row can't be written; all that can't are named whenever something is to be written.
  std::function<bool(const Row&)> refuses;
  /// The same, but none is named.
  std::function<bool(const Row&)> refuses_unnamed;

  const Traits& traits() const noexcept override { return inner_->traits(); }
  const Layout& layout() const noexcept override { return inner_->layout(); }
  SetupReport setup(Setup what) override { return inner_->setup(what); }

  void write(const Rows& rows) override {
    const auto fault = plan ? plan(rows) : Fault::None;
    if (fault == Fault::Before) throw ConnectionError("the database is away", details(Outcome::NotApplied));
    if (fault == Fault::Lost) throw ConnectionError("lost while committing", details(Outcome::Unknown));
    if (refuses) {
      auto told = details(Outcome::NotApplied);
      for (const Row& row : rows.rows()) {
        if (!refuses(row)) continue;
        told.rows.push_back({.key = std::string(row.key),
                             .granularity = std::string(row.granularity),
                             .at = Instant::from_unix(row.at),
                             .outcome = Outcome::NotApplied,
                             .retry_is_safe = false,
                             .reason = "the row is refused"});
      }
      if (!told.rows.empty()) throw StorageError("rows are refused", std::move(told));
    }
    if (refuses_unnamed && std::any_of(rows.rows().begin(), rows.rows().end(), refuses_unnamed)) {
      auto told = details(Outcome::NotApplied);
      told.retry_is_safe = false;
      throw StorageError("the table refuses a row", std::move(told));
    }
    inner_->write(rows);
    if (fault == Fault::Commit) throw ConnectionError("lost after committing", details(Outcome::Unknown));
  }

  void read(const RowRange& range, RowSink& sink) override { inner_->read(range, sink); }
  void beam(std::string_view key, const StoredStatus& status) override { inner_->beam(key, status); }
  std::optional<StoredStatus> scan(std::string_view key) override { return inner_->scan(key); }

 private:
  static Error::Details details(Outcome outcome) {
    return {
        .operation = "write", .backend = "faulty", .outcome = outcome, .retry_is_safe = outcome == Outcome::NotApplied};
  }

  std::shared_ptr<RowDriver> inner_;
};

}  // namespace trifle::stats::detail
