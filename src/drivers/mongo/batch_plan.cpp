#include "drivers/mongo/batch_plan.hpp"

#include <algorithm>
#include <chrono>

#include "driver/bucket_span.hpp"
#include "drivers/mongo/data_merge.hpp"

namespace trifle::stats::detail::mongo {

BatchPlan::BatchPlan(const Rows& batch, const drivers::MongoOptions& options) : id(batch.id()) {
  const auto now =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  BucketSpans spans(options.expire_after);
  entries.reserve(batch.rows().size());
  for (const auto& row : batch.rows()) {
    if (row.increments.empty() && row.sets.empty()) continue;
    if (auto fault = fault_of(row)) {
      faults.add(row, std::move(*fault));
      continue;
    }
    auto& entry = entries.emplace_back(Entry{.row = &row});
    if (options.expire_after.empty()) continue;
    const auto expiry = spans.expiry_of(row.granularity, row.at);
    if (expiry.after > 0) entry.expire_at = (std::max<std::int64_t>(expiry.end, now) + expiry.after) * 1000;
  }
}

}  // namespace trifle::stats::detail::mongo
