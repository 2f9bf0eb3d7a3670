#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/error.hpp>

#include "driver/rows.hpp"
#include "values/row_text.hpp"

namespace trifle::stats::detail {

/// What a row's text becomes, for drivers that merge on this side: of nothing stored, a new row. `out` is overwritten;
/// on a fault it is unspecified.
[[nodiscard]] std::optional<RowFault> change_row(std::optional<std::string_view> stored, const Row& row,
                                                 std::string& out);

/// The rows of one write that no retry can cure, to be told all together.
class RowFaults {
 public:
  /// A row is told once.
  void add(const Row& row, RowFault fault);
  void add(RowFaults&& others);
  bool empty() const noexcept { return rows_.empty(); }
  std::span<const RowOutcome> rows() const noexcept { return rows_; }
  /// Whether some stored text can't be read.
  bool corrupt() const noexcept { return corrupt_; }

  /// Throws CorruptData where some stored text can't be read, StorageError otherwise, naming every row; nothing of the
  /// write may have been applied.
  [[noreturn]] void raise(std::string_view backend) const;

 private:
  std::vector<RowOutcome> rows_;
  bool corrupt_ = false;
};

}  // namespace trifle::stats::detail
