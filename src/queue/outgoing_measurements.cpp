#include "queue/outgoing_measurements.hpp"

#include <new>
#include <utility>

namespace trifle::stats::detail {

OutgoingMeasurements::OutgoingMeasurements(Config config, std::shared_ptr<MeasurementDriver> driver, Line& line)
    : config_(std::move(config)), line_(line), driver_(std::move(driver)) {}

std::optional<OutgoingMeasurements::Time> OutgoingMeasurements::due_at(Time next_attempt) const {
  return line_.empty() ? std::nullopt : std::optional(next_attempt);
}

std::string OutgoingMeasurements::told_full() const {
  return "the queue is full: " + std::to_string(line_.size()) + " measurements in " + std::to_string(line_.bytes()) +
         " bytes are not written yet";
}

bool OutgoingMeasurements::write_next(Time, Notices& notices) {
  const Line::Waiting* const next = line_.front(newest_);
  line_.try_front();
  try {
    driver_->write(next->measurement);
    line_.leave(Line::Fate::Written);
    return true;
  } catch (const Error& error) {
    return failed(error, std::current_exception(), notices);
  } catch (const std::bad_alloc&) {
    const StorageError error("out of memory while writing",
                             {.operation = "write", .backend = config_.backend, .retry_is_safe = true});
    return failed(error, std::make_exception_ptr(error), notices);
  } catch (const std::exception& exception) {
    const StorageError error(exception.what(),
                             {.operation = "write", .backend = config_.backend, .outcome = Outcome::Unknown});
    return failed(error, std::make_exception_ptr(error), notices);
  }
}

bool OutgoingMeasurements::failed(const Error& error, std::exception_ptr thrown, Notices& notices) {
  // Nobody can be asked what became of an unknown one, so that it gives no reason to hurry.
  notices.failures.push_back({.thrown = std::move(thrown), .code = error.code(), .retry_after = error.retry_after()});
  switch (error.outcome()) {
    case Outcome::Applied:
      line_.leave(Line::Fate::Written);
      return true;
    case Outcome::NotApplied:
      if (error.retry_is_safe()) return false;
      drop(DropReason::Refused, error.what(), Line::Fate::Refused, notices);  // the server is there for the others
      return true;
    case Outcome::Unknown:
      break;
  }
  unknown(error.what(), notices);
  return false;
}

void OutgoingMeasurements::unknown(const std::string& why, Notices& notices) {
  line_.front_may_be_there();
  if (config_.on_unknown == OnUnknown::Report) drop(DropReason::Unknown, why, Line::Fate::Dropped, notices);
  if (config_.on_unknown == OnUnknown::Drop) line_.leave(Line::Fate::Dropped);
}

void OutgoingMeasurements::drop(DropReason reason, const std::string& why, Line::Fate fate, Notices& notices) {
  auto& dropped = notices.dropped.emplace_back();
  dropped.reason = reason;
  dropped.error = why;
  dropped.operations = 1;
  dropped.rows.push_back(contents_of(line_.leave(fate)));
}

void OutgoingMeasurements::give_up(Notices& notices) {
  Dropped unwritten{.reason = DropReason::Unwritten, .error = {}, .operations = 0, .rows = {}};
  Dropped unknown{.reason = DropReason::Unknown,
                  .error = "it was not known to be written when the Stats ended",
                  .operations = 0,
                  .rows = {}};
  for (Line::Waiting& each : line_.give_up()) {
    auto& kind = each.may_be_there ? unknown : unwritten;
    ++kind.operations;
    kind.rows.push_back(contents_of(std::move(each.measurement)));
  }
  for (Dropped* const kind : {&unknown, &unwritten})
    if (kind->operations > 0) notices.dropped.push_back(std::move(*kind));
}

}  // namespace trifle::stats::detail
