#include "driver/row_change.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace trifle::stats::detail {
namespace {

bool all_finite(std::span<const Field> fields) {
  return std::all_of(fields.begin(), fields.end(), [](const Field& field) { return field.number.is_finite(); });
}

}  // namespace

std::optional<RowFault> change_row(std::optional<std::string_view> stored, const Row& row, std::string& out) {
  if (stored) return merge_row(*stored, row.increments, row.sets, out);
  // Measurements are checked before, but their sum within a batch may have left the doubles.
  if (!all_finite(row.increments) || !all_finite(row.sets))
    return RowFault{RowFault::Kind::Infinite, "a sum would be infinite"};
  out.clear();
  write_row(row.increments, row.sets, out);
  return std::nullopt;
}

void RowFaults::add(const Row& row, RowFault fault) {
  if (std::any_of(rows_.begin(), rows_.end(), [&](const RowOutcome& known) {
        return known.key == row.key && known.granularity == row.granularity && known.at.unix_seconds() == row.at;
      }))
    return;
  corrupt_ = corrupt_ || fault.kind == RowFault::Kind::Corrupt;
  rows_.push_back({.key = std::string(row.key),
                   .granularity = std::string(row.granularity),
                   .at = Instant::from_unix(row.at),
                   .outcome = Outcome::NotApplied,
                   .retry_is_safe = false,
                   .reason = std::move(fault.reason)});
}

void RowFaults::add(RowFaults&& others) {
  corrupt_ = corrupt_ || others.corrupt_;
  rows_.insert(rows_.end(), std::make_move_iterator(others.rows_.begin()), std::make_move_iterator(others.rows_.end()));
  others.rows_.clear();
}

void RowFaults::raise(std::string_view backend) const {
  const auto& first = rows_.front();
  std::string message = rows_.size() == 1 ? "a row" : std::to_string(rows_.size()) + " rows";
  message += " can't be written, so nothing was: '" + first.key + "' " + first.granularity + " " +
             first.at.to_string() + ": " + first.reason;
  if (rows_.size() > 1) message += ", …";
  Error::Details details;
  details.operation = "write";
  details.backend = backend;
  details.rows = rows_;
  if (corrupt_) throw CorruptData(message, std::move(details));
  throw StorageError(message, std::move(details));
}

}  // namespace trifle::stats::detail
