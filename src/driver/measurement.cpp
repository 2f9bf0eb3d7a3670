#include "driver/measurement.hpp"

#include <utility>

namespace trifle::stats::detail {

std::size_t memory_of(const Measurement& measurement) {
  std::size_t bytes = sizeof(Measurement) + measurement.key.capacity();
  bytes += measurement.values.capacity() * sizeof(Payload::Item);
  for (const auto& item : measurement.values) bytes += item.path.capacity();
  return bytes;
}

DroppedRow contents_of(Measurement measurement) {
  DroppedRow row{
      .key = std::move(measurement.key), .granularity = {}, .at = measurement.at, .increments = {}, .sets = {}};
  (measurement.change == Change::Set ? row.sets : row.increments) = std::move(measurement.values);
  return row;
}

}  // namespace trifle::stats::detail
