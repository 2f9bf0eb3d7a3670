#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "driver/rows.hpp"
#include "drivers/postgres/parameters.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// Rows that a statement takes, or the first of several: few enough that the server has something to do while the next
/// are merged.
inline constexpr std::size_t kRowsOfAStatement = 128;

/// The identities of rows, and what becomes of their data, as the arrays that our statements take, piece by piece.
class BatchArrays {
 public:
  enum class Pieces { Equal, Growing };  ///< growing: each statement takes twice as many as the one before

  explicit BatchArrays(const Table& table, Pieces pieces = Pieces::Equal);

  void add(const Row& row);
  void add(const Row& row, std::string_view json);
  /// With the transaction that wrote the row; a statement gets those of all its rows.
  void add(const Row& row, std::string_view json, std::uint32_t writer);
  /// With where the row lies and the transaction that wrote it, as the server sent them.
  void add(const Row& row, std::string_view json, std::string_view place, std::string_view writer);

  /// The arrays of each statement.
  std::vector<Parameters> finish() &&;

  /// Row by row instead: whether there is anything, and as much as a statement takes; and that statement's arrays.
  bool empty() const noexcept { return columns_.empty(); }
  bool is_full() const noexcept { return !empty() && columns_.front().size() == piece_; }
  Parameters take();

 private:
  const Table& table_;
  const Pieces growth_;
  std::size_t piece_ = kRowsOfAStatement;
  std::vector<ArrayBuilder> columns_;
  ArrayBuilder data_{ArrayBuilder::Of::Jsonb};
  ArrayBuilder places_{ArrayBuilder::Of::Place};
  ArrayBuilder writers_{ArrayBuilder::Of::Transaction};
  std::vector<std::uint32_t> writers_of_all_;
  std::vector<Parameters> pieces_;
};

}  // namespace trifle::stats::detail::postgres
