#include "queue/queue.hpp"

#include <utility>
#include <vector>

namespace trifle::stats::detail {

Queue::Queue(Config config, std::shared_ptr<MeasurementDriver> driver, Gate& gate)
    : config_(std::move(config)),
      line_({.entries = config_.options.max_entries, .bytes = config_.options.max_bytes}, gate),
      outgoing_({.backend = config_.backend, .on_unknown = config_.options.on_unknown, .now = config_.timing.now},
                std::move(driver), line_),
      flusher_({.options = config_.options,
                .backend = config_.backend,
                .in_callers_thread = !config_.options.async,
                .timing = config_.timing},
               {config_.on_error, config_.on_drop}, outgoing_, gate) {}

void Queue::add(Measurement measurement) {
  std::optional<Time> deadline;
  for (;;) {
    const auto added = line_.add(measurement, config_.timing.now());
    if (added != Line::Added::No) {
      flusher_.was_added(added == Line::Added::First);
      return;
    }
    if (flusher_.wait_for_room(deadline)) continue;
    std::vector<DroppedRow> rows;
    rows.push_back(contents_of(std::move(measurement)));
    flusher_.drop_newcomer(std::move(rows));
    return;
  }
}

CloseReport Queue::close(std::chrono::nanoseconds deadline, Writer::Patience patience) {
  line_.close();
  return flusher_.close(deadline, patience);
}

}  // namespace trifle::stats::detail
