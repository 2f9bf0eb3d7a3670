#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

#include "driver/row_driver.hpp"
#include "faulty_driver.hpp"

namespace trifle::stats::detail {

/// Applies a batch in parts, each by itself, and knows a part again by the batch's id, as a cluster of servers does.
/// Around a driver that doesn't fail.
class PartedDriver : public RowDriver {
 public:
  static constexpr std::size_t kParts = 3;

  PartedDriver(std::shared_ptr<RowDriver> inner, bool ledger)
      : inner_(std::move(inner)),
        traits_{.backend = "parted", .atomicity = Atomicity::Row, .ledger = ledger, .max_key_length = 1000} {}

  /// What happens to a part of the next write; none: nothing.
  std::function<Fault(const Rows::Id&, std::size_t part, std::span<const Row>)> plan;
  /// Whether a row can't be written; then nothing of its part is.
  std::function<bool(const Row&)> refuses;

  static std::size_t part_of(const Row& row) {
    std::size_t hash = static_cast<std::size_t>(row.at / 60);
    for (const char c : row.key) hash = hash * 31 + static_cast<unsigned char>(c);
    return hash % kParts;
  }

  const Traits& traits() const noexcept override { return traits_; }
  const Layout& layout() const noexcept override { return inner_->layout(); }
  SetupReport setup(Setup what) override { return inner_->setup(what); }

  void write(const Rows& rows) override {
    std::vector<Row> parts[kParts];
    for (const Row& row : rows.rows()) parts[part_of(row)].push_back(row);
    std::vector<RowOutcome> told;
    bool any_unknown = false;
    bool any_not_applied = false;
    for (std::size_t part = 0; part < kParts; ++part) {
      if (parts[part].empty()) continue;
      const auto outcome = write_part(rows.id(), part, parts[part], told);
      any_unknown = any_unknown || outcome == Outcome::Unknown;
      any_not_applied = any_not_applied || outcome == Outcome::NotApplied;
    }
    if (!any_unknown && !any_not_applied) return;
    const auto outcome = any_unknown ? Outcome::Unknown : Outcome::NotApplied;
    // Only what the outcome doesn't tell is named.
    std::erase_if(told, [&](const RowOutcome& row) {
      return row.outcome == outcome && (outcome == Outcome::Unknown || row.retry_is_safe);
    });
    throw ConnectionError(
        "not every part was written",
        {.operation = "write", .backend = "parted", .outcome = outcome, .retry_is_safe = false, .rows = told});
  }

  void read(const RowRange& range, RowSink& sink) override { inner_->read(range, sink); }
  void beam(std::string_view key, const StoredStatus& status) override { inner_->beam(key, status); }
  std::optional<StoredStatus> scan(std::string_view key) override { return inner_->scan(key); }

 private:
  Outcome write_part(const Rows::Id& id, std::size_t part, std::span<const Row> rows, std::vector<RowOutcome>& told) {
    const auto fault = plan ? plan(id, part, rows) : Fault::None;
    auto outcome = fault == Fault::Before ? Outcome::NotApplied
                   : fault == Fault::Lost ? Outcome::Unknown
                                          : Outcome::Applied;
    bool refused = false;
    if (outcome == Outcome::Applied && refuses)
      for (const Row& row : rows) refused = refused || refuses(row);
    if (refused) outcome = Outcome::NotApplied;
    if (outcome == Outcome::Applied) {
      apply(id, part, rows);
      if (fault == Fault::Commit) outcome = Outcome::Unknown;
    }
    for (const Row& row : rows) {
      told.push_back({.key = std::string(row.key),
                      .granularity = std::string(row.granularity),
                      .at = Instant::from_unix(row.at),
                      .outcome = outcome,
                      .retry_is_safe = outcome == Outcome::NotApplied && !(refused && refuses(row)),
                      .reason = "its part"});
    }
    return outcome;
  }

  void apply(const Rows::Id& id, std::size_t part, std::span<const Row> rows) {
    if (traits_.ledger && !applied_.emplace(id, part).second) return;
    RowsBuilder builder(inner_->layout());
    const auto kept = [&](std::span<const Field> fields) {
      std::vector<Field> copied(fields.begin(), fields.end());
      for (Field& field : copied) field.name = builder.keep(field.name);
      return copied;
    };
    for (const Row& row : rows)
      builder.add(builder.keep(row.key), builder.keep(row.granularity), row.at, kept(row.increments), kept(row.sets));
    inner_->write(builder.finish(0));
  }

  const std::shared_ptr<RowDriver> inner_;
  const Traits traits_;
  std::set<std::pair<Rows::Id, std::size_t>> applied_;
};

}  // namespace trifle::stats::detail
