#include "import/ndjson_format.hpp"

#include "failure.hpp"
#include "input/measurement_line.hpp"

namespace trifle::cli {

std::string_view NdjsonImport::add(std::string_view line, stats::Batch& batch) {
  try {
    const Measurement measurement = parse_measurement(line);
    const stats::TrackOptions options{.untracked = measurement.untracked};
    if (measurement.assert_values) {
      batch.assert_values(measurement.key, measurement.at, measurement.values, options);
    } else {
      batch.track(measurement.key, measurement.at, measurement.values, options);
    }
  } catch (const Failure& e) {
    wrong_ = e.what();
    return wrong_;
  }
  return {};
}

}  // namespace trifle::cli
