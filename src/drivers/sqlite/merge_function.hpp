#pragma once

#include <optional>
#include <string>

#include "driver/rows.hpp"
#include "values/row_text.hpp"

struct sqlite3;

namespace trifle::stats::detail::sqlite {

/// What the SQL function does to the row that a statement finds. The statement gets a pointer to it, so that neither
/// names nor numbers travel as SQL.
struct Merge {
  const Row* row = nullptr;
  bool met = false;  ///< a row was there
  std::optional<RowFault> fault;
  std::string text;  ///< the merged row; kept for its memory

  void start(const Row& next) noexcept {
    row = &next;
    met = false;
    fault.reset();
  }
};

/// The function's name, and the type of the pointer that is its second argument.
inline constexpr const char* kMergeFunction = "trifle_stats_merge";
inline constexpr const char* kMergePointer = "trifle_stats_merge";

/// Makes `trifle_stats_merge(data, ?)` known on a connection. It has no state of its own, so it may stay on a lent one.
/// Where the row can't be merged it says so in the Merge and leaves the data as they are: the batch is rolled back
/// later, when all faults are known.
void register_merge_function(sqlite3* db);

}  // namespace trifle::stats::detail::sqlite
