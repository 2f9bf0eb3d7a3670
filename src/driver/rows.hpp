#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/layout.hpp"
#include "values/field.hpp"

namespace trifle::stats::detail {

/// One row of a batch: where it is, and what happens to it. A path is in `increments` or in `sets`, never in both: any
/// sequence of increments and sets of one path has the effect of one (an increment after a set changes what is set), so
/// one row per identity is enough and order needs no further step.
struct Row {
  std::string_view key;  ///< the metric key
  std::string_view granularity;
  std::int64_t at = 0;          ///< the bucket, unix seconds
  std::string_view stored_key;  ///< the key column, as the driver's layout joins it
  std::span<const Field> increments;
  std::span<const Field> sets;
};

/// Memory for the texts and fields of a batch: addresses stay, all of it is freed at once. A small batch is one block.
class RowArena {
 public:
  /// `size` bytes, aligned for fields.
  char* take(std::size_t size);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

/// What a driver writes in one go: canonical rows, one per identity, ascending bytewise by (stored_key, granularity,
/// at), with an id that no other batch has. Owns nothing of others: the views point into the Rows' own arena.
class Rows {
 public:
  Rows() = default;
  Rows(Rows&&) noexcept = default;
  Rows& operator=(Rows&&) noexcept = default;

  using Id = std::array<std::uint8_t, 16>;

  const Id& id() const noexcept { return id_; }
  std::span<const Row> rows() const noexcept { return rows_; }
  std::size_t operations() const noexcept { return operations_; }

 private:
  friend class RowsBuilder;
  Id id_{};
  std::vector<Row> rows_;
  std::size_t operations_ = 0;
  RowArena arena_;
};

/// Makes Rows. Row order doesn't matter here; `finish` sorts. `layout` must outlive the builder.
class RowsBuilder {
 public:
  explicit RowsBuilder(const Layout& layout) : layout_(layout) {}

  void reserve(std::size_t rows) { rows_.rows_.reserve(rows); }

  /// Copies the text into the arena.
  std::string_view keep(std::string_view text);

  /// Adds one row; all texts, the fields' names too, must come from `keep`. The fields are copied, stored_key is
  /// computed here. No identity twice.
  void add(std::string_view key, std::string_view granularity, std::int64_t at, std::span<const Field> increments,
           std::span<const Field> sets);

  /// Sorted, with a fresh random id. The builder is empty afterwards.
  Rows finish(std::size_t operations);

  /// The same under the id of another batch, of which these are the rows that aren't known to be written.
  Rows finish(std::size_t operations, const Rows::Id& id);

 private:
  std::string_view stored_key(std::string_view key, std::string_view granularity, std::int64_t at);
  std::span<const Field> keep(std::span<const Field> fields);

  const Layout& layout_;
  Rows rows_;
  std::string joined_;
};

}  // namespace trifle::stats::detail
