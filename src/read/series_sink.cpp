#include "read/series_sink.hpp"

#include <algorithm>
#include <utility>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {

SeriesSink::SeriesSink(const Source& source, std::vector<std::int64_t> buckets)
    : source_(source), builder_(std::move(buckets)) {}

void SeriesSink::json(std::int64_t at, std::string_view text) {
  const std::size_t row = row_of(at);
  if (row == kNoRow) return;
  const auto fault =
      reader_.read(text, [this, row](std::uint32_t column, Number number) { builder_.add(row, column, number); });
  if (fault) corrupt(at, fault->reason);
}

void SeriesSink::fields(std::int64_t at, std::span<const Field> fields) {
  const std::size_t row = row_of(at);
  if (row == kNoRow) return;
  for (const Field& field : fields) builder_.add(row, reader_.column(std::string(field.name)), field.number);
}

std::size_t SeriesSink::find_row(std::int64_t at) noexcept {
  const auto buckets = builder_.buckets();
  const auto found = std::lower_bound(buckets.begin(), buckets.end(), at);
  if (found == buckets.end() || *found != at) return kNoRow;
  next_ = static_cast<std::size_t>(found - buckets.begin());
  return next_++;
}

Columns SeriesSink::finish(const Bucketing& bucketing, const Granularity& granularity, bool skip_blanks,
                           std::optional<std::int64_t> now) {
  const auto& names = reader_.names();
  if (const auto place = builder_.infinite())
    corrupt(builder_.buckets()[place->row],
            "the values at " + spelled(names[place->column]) + " have a sum that is not finite");
  return builder_.finish(
      bucketing, granularity, skip_blanks, [&names](std::size_t column) { return std::string_view(names[column]); },
      now);
}

void SeriesSink::corrupt(std::int64_t at, const std::string& reason) const {
  const Instant bucket = Instant::from_unix(at);
  const std::string row = "key " + std::string(source_.key) + ", granularity " + std::string(source_.granularity) +
                          ", bucket " + bucket.to_string();
  Error::Details details{.operation = std::string(source_.operation), .backend = std::string(source_.backend)};
  details.rows.push_back({.key = std::string(source_.key),
                          .granularity = std::string(source_.granularity),
                          .at = bucket,
                          .outcome = Outcome::NotApplied,
                          .retry_is_safe = false,
                          .reason = reason});
  throw CorruptData("the row of " + row + " can't be read: " + reason, std::move(details));
}

}  // namespace trifle::stats::detail
