#include "drivers/redis/batch_plan.hpp"

#include <algorithm>
#include <span>

#include "driver/bucket_span.hpp"

namespace trifle::stats::detail::redis {
namespace {

bool all_finite(std::span<const Field> fields) {
  return std::all_of(fields.begin(), fields.end(), [](const Field& field) { return field.number.is_finite(); });
}

}  // namespace

BatchPlan plan_of(const Rows& rows, const drivers::RedisOptions& options) {
  BatchPlan plan;
  plan.rows.reserve(rows.rows().size());
  BucketSpans spans(options.expire_after);
  for (const auto& row : rows.rows()) {
    if (row.increments.empty() && row.sets.empty()) continue;
    if (!all_finite(row.increments) || !all_finite(row.sets)) {
      plan.faults.add(row, {RowFault::Kind::Infinite, "a sum would be infinite"});
      continue;
    }
    plan.rows.push_back(&row);
    if (!options.expire_after.empty()) plan.expiry.push_back(spans.expiry_of(row.granularity, row.at));
  }
  return plan;
}

}  // namespace trifle::stats::detail::redis
