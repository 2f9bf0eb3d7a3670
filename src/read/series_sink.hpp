#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

#include "driver/backend.hpp"
#include "series/columns_builder.hpp"
#include "values/row_reader.hpp"

namespace trifle::stats::detail {

/// Decodes the rows of one series into columns, each row once, as it comes from the driver.
class SeriesSink final : public RowSink {
 public:
  /// Which series it is, for errors.
  struct Source {
    std::string_view operation;
    std::string_view backend;
    std::string_view key;
    std::string_view granularity;
  };

  /// `buckets` is the timeline, as ColumnsBuilder takes it.
  SeriesSink(const Source& source, std::vector<std::int64_t> buckets);

  /// Both leave out rows that are not on the timeline. Throw CorruptData.
  void json(std::int64_t at, std::string_view text) override;
  void fields(std::int64_t at, std::span<const Field> fields) override;

  /// What was not over at `now` (unix seconds) is partial. Throws CorruptData where the spellings of one path have no
  /// finite sum.
  Columns finish(const Bucketing& bucketing, const Granularity& granularity, bool skip_blanks,
                 std::optional<std::int64_t> now);

  std::span<const std::int64_t> buckets() const noexcept { return builder_.buckets(); }

 private:
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

  std::size_t row_of(std::int64_t at) noexcept {
    const auto buckets = builder_.buckets();
    return next_ < buckets.size() && buckets[next_] == at ? next_++ : find_row(at);
  }
  std::size_t find_row(std::int64_t at) noexcept;
  [[noreturn]] void corrupt(std::int64_t at, const std::string& reason) const;

  Source source_;
  ColumnsBuilder builder_;
  RowReader reader_;
  std::size_t next_ = 0;  ///< the row that comes next where all are there and in order
};

}  // namespace trifle::stats::detail
