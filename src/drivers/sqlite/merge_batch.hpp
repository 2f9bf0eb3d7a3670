#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/row_change.hpp"
#include "driver/rows.hpp"
#include "drivers/sqlite/bucket_text.hpp"
#include "values/row_text.hpp"

struct sqlite3;

namespace trifle::stats::detail::sqlite {

/// A batch on its way through one SQL statement, which gets a pointer to it: neither names nor numbers travel as SQL.
/// It stands at one row at a time; the statement tells whether it met that row in the table, and what became of it.
class MergeBatch {
 public:
  explicit MergeBatch(Identity identity) noexcept : identity_(identity) {}

  /// Begins with the first of `rows`, which must live until `finish`.
  void start(std::span<const Row> rows);
  /// Notes what became of the row and goes to the next.
  void advance();
  void finish() noexcept { rows_ = {}; }

  bool at_end() const noexcept { return next_ >= rows_.size(); }
  const Row& row() const noexcept { return rows_[next_]; }
  std::string_view bucket() const noexcept { return bucket_->text(); }

  /// The text that the row found becomes; nothing where it stays as it is: it can't be merged, or it is there a second
  /// time because the table lacks a unique key.
  std::optional<std::string_view> merge(std::string_view stored);

  const RowFaults& faults() const noexcept { return faults_; }
  RowFaults& faults() noexcept { return faults_; }
  /// The rows that weren't met.
  std::span<const Row* const> unmet() const noexcept { return unmet_; }

 private:
  void stand() {
    met_ = false;
    fault_.reset();
    if (identity_ != Identity::Full && !at_end()) bucket_.emplace(row().at);
  }

  Identity identity_;
  std::span<const Row> rows_;
  std::size_t next_ = 0;
  std::optional<BucketText> bucket_;
  bool met_ = false;
  std::optional<RowFault> fault_;
  std::string text_;  // kept for its memory
  RowFaults faults_;
  std::vector<const Row*> unmet_;
};

inline constexpr const char* kMergeFunction = "trifle_stats_merge";  ///< (data, batch): the text merged with its row
inline constexpr const char* kBatchTable = "trifle_stats_batch";     ///< (batch): its rows as (key, granularity, at)
inline constexpr const char* kBatchPointer = "trifle_stats_batch";   ///< the type of the pointer that both take

/// Makes both known on a connection. They have no state of their own, so they may stay on a lent one.
void register_merge(sqlite3* db);

}  // namespace trifle::stats::detail::sqlite
