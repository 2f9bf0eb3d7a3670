#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "driver/rows.hpp"

namespace trifle::stats::detail {

/// Rows as this session last wrote them. A flush mostly changes the rows of the flush before: those needn't be fetched
/// again, if the statement that changes them sees to it that they are still ours, by their data or by the transaction
/// that wrote them. For the latter all rows of a transaction must be known, or none. Bounded; what is forgotten is just
/// fetched.
class KnownRows {
 public:
  struct Known {
    std::string data;
    std::uint32_t writer = 0;  ///< the transaction, where the server numbers them
    std::uint64_t turn = 0;    ///< which of ours it was; 0: it is under way
  };
  using Entry = std::pair<const std::string, Known>;

  /// A row that is known, or null. Stays valid until the next `clear` or `trim`.
  Entry* find(const Row& row);

  /// What a row becomes in the transaction that is under way. One that is new there may be left out: many a row is
  /// written once.
  void put(Entry& known, std::string_view data);
  void put(const Row& row, std::string_view data);
  /// The rows that were put since the last call are written; `writer` is the transaction's number.
  void written(std::uint32_t writer = 0);

  bool empty() const noexcept { return rows_.empty(); }
  void clear() noexcept;
  /// Forgets the rows of the first transactions where it has become much, and all where it has become old: the numbers
  /// of transactions come again after 2^32 of them.
  void trim();

 private:
  const std::string& name_of(const Row& row);
  void forget_first();

  using Clock = std::chrono::steady_clock;
  std::unordered_map<std::string, Known> rows_;
  std::vector<Entry*> under_way_;
  std::deque<std::vector<Entry*>> turns_;  // what each transaction wrote, the last one last
  std::uint64_t turn_ = 0;                 // of the last
  std::size_t bytes_ = 0;
  Clock::time_point since_;
  std::string name_;  // kept for its memory
};

}  // namespace trifle::stats::detail
