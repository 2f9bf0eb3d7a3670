#include "drivers/process/process_driver.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "driver/row_change.hpp"

namespace trifle::stats::detail {
namespace {

constexpr std::string_view kBackend = "process";
constexpr std::size_t kLedgerSize = 65'536;  // batches that are known again

}  // namespace

ProcessDriver::ProcessDriver(drivers::ProcessOptions options)
    : layout_(Layout::checked(options.identity, std::move(options.separator))),
      traits_{.backend = std::string(kBackend), .identity = layout_.identity, .ledger = true} {}

RowDriver::Maker ProcessDriver::maker() const {
  return [options = drivers::ProcessOptions{.identity = layout_.identity, .separator = layout_.separator}] {
    return std::make_unique<ProcessDriver>(options);
  };
}

SetupReport ProcessDriver::setup(Setup) { return {}; }

void ProcessDriver::write(const Rows& rows) {
  const std::lock_guard writer(writing_);
  if (already_applied(rows)) return;

  // Everything that can fail for a reason of the batch comes before the first change.
  std::vector<std::string> texts(rows.rows().size());
  RowFaults faults;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& row = rows.rows()[i];
    const auto* const stored = find(row);
    auto fault = change_row(stored ? std::optional<std::string_view>(*stored) : std::nullopt, row, texts[i]);
    if (fault) faults.add(row, std::move(*fault));
  }
  if (!faults.empty()) faults.raise(kBackend);

  const std::unique_lock data(data_);
  std::vector<std::string*> slots;
  slots.reserve(texts.size());
  remember(rows.id());
  try {
    for (const auto& row : rows.rows()) slots.push_back(&slot(row));
  } catch (...) {
    // Out of memory. Rows that were made are empty, which is no row for a reader.
    applied_.erase(rows.id());
    applied_order_.pop_back();
    throw;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) slots[i]->swap(texts[i]);
}

void ProcessDriver::read(const RowRange& range, RowSink& sink) {
  if (range.buckets.empty()) return;
  std::vector<std::pair<std::int64_t, std::string>> found;
  {
    const std::shared_lock data(data_);
    const auto series = series_.find(std::pair(range.key, range.granularity));
    if (series == series_.end()) return;
    auto row = series->second.lower_bound(range.buckets.front());
    for (auto at = range.buckets.begin(); row != series->second.end() && at != range.buckets.end();) {
      if (row->first < *at) {
        ++row;
      } else if (*at < row->first) {
        ++at;
      } else {
        if (!row->second.empty()) found.emplace_back(*row);
        ++row;
        ++at;
      }
    }
  }
  // A sink may be slow; writers needn't wait for it.
  for (const auto& [at, text] : found) sink.json(at, text);
}

void ProcessDriver::beam(std::string_view key, const StoredStatus& status) {
  const std::unique_lock data(data_);
  statuses_.insert_or_assign(std::string(key), status);
}

std::optional<StoredStatus> ProcessDriver::scan(std::string_view key) {
  const std::shared_lock data(data_);
  const auto found = statuses_.find(key);
  return found == statuses_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* ProcessDriver::find(const Row& row) const {
  const auto series = series_.find(std::pair(row.key, row.granularity));
  if (series == series_.end()) return nullptr;
  const auto bucket = series->second.find(row.at);
  return bucket == series->second.end() || bucket->second.empty() ? nullptr : &bucket->second;
}

std::string& ProcessDriver::slot(const Row& row) {
  auto series = series_.find(std::pair(row.key, row.granularity));
  if (series == series_.end())
    series = series_.try_emplace(std::pair(std::string(row.key), std::string(row.granularity))).first;
  return series->second[row.at];
}

void ProcessDriver::remember(const Rows::Id& id) {
  applied_order_.push_back(id);
  applied_.insert(id);
  if (applied_order_.size() <= kLedgerSize) return;
  applied_.erase(applied_order_.front());
  applied_order_.pop_front();
}

}  // namespace trifle::stats::detail

namespace trifle::stats::drivers {

Driver process(ProcessOptions options) { return Driver(std::make_unique<detail::ProcessDriver>(std::move(options))); }

}  // namespace trifle::stats::drivers
