#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <trifle/stats/error.hpp>
#include <trifle/stats/health.hpp>
#include <trifle/stats/options.hpp>

#include "buffer/merge.hpp"
#include "buffer/notices.hpp"
#include "driver/row_driver.hpp"

namespace trifle::stats::detail {

/// What is on its way to the database. Nothing leaves it before it is known to be there, or is given up and told.
///
/// What was drained from the shards is merged here as entries (the backlog), and stays so until rows made of its oldest
/// part are known to be written: a batch that was not applied is simply made anew later, of what there is then. Only
/// what must go as rows is kept as rows (a flight), and goes before anything newer: the rest of a batch whose other
/// rows were refused for good, and a batch that may have been applied, which is sent again as it was, under its id,
/// where the database has a ledger of ids. Where a database applies a batch in parts, those of its rows that it knows
/// to be written leave, and the rest goes again, under the same id.
///
/// Not thread-safe; no clock of its own.
class Outbox {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Config {
    Merge::Config merge;
    Traits traits;
    OnUnknown on_unknown = OnUnknown::Report;
    std::size_t batch_slots = 8192;  ///< numbers that one batch is made of, before they are expanded to rows
  };

  /// What was done since construction.
  struct Counts {
    std::uint64_t written_operations = 0;
    std::uint64_t written_rows = 0;
    std::uint64_t written_batches = 0;
    std::uint64_t retried_batches = 0;
    std::uint64_t unknown_operations = 0;
    std::uint64_t refused_rows = 0;
    std::uint64_t unwritten_operations = 0;  ///< given up at the end
    std::uint64_t dropped_operations = 0;    ///< of which nothing is or will be written

    void add_to(Health& health) const;
  };

  explicit Outbox(Config config);

  /// Takes over what these hold, and replaces or clears each.
  void take(std::vector<std::unique_ptr<Merge>>& merges, Time oldest);

  /// Writes one batch. False where it failed: then try again later, not at once.
  bool write_next(RowDriver& driver, Time now, Notices& notices);

  /// Gives up everything.
  void give_up(Notices& notices);

  bool empty() const noexcept { return flights_.empty() && backlog_->entries() == 0; }
  std::size_t operations() const noexcept;
  std::size_t entries() const noexcept { return backlog_->entries(); }
  std::size_t flight_rows() const noexcept;
  std::size_t bytes() const noexcept;
  Time oldest() const noexcept { return oldest_; }
  const Counts& counts() const noexcept { return counts_; }

 private:
  struct Flight {
    Rows rows;
    std::size_t bytes = 0;
    std::optional<Time> unknown_since = {};  ///< it may have been applied
    bool half = false;                       ///< of a batch that was halved to find a row
  };

  enum class Fate { Written, Again, Refused, Unknown };

  static Flight flight(Rows rows);
  void written(const Rows& rows);
  void part(Rows rows, const Error& error, std::optional<Time> unknown_since, Time now, Notices& notices);
  bool halve(Flight whole, const Error& error, Notices& notices);
  void unknown(Rows rows, std::size_t operations, const std::string& why, Notices& notices);
  template <class Mark>
  Rows subset(const Rows& rows, const std::vector<Mark>& marks, Mark wanted, std::size_t operations,
              std::optional<Rows::Id> id) const;

  const Config config_;
  std::unique_ptr<Merge> backlog_;
  std::deque<Flight> flights_;
  bool failed_before_ = false;
  Time oldest_{};
  Counts counts_;
};

}  // namespace trifle::stats::detail
