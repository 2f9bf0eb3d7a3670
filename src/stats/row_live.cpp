#include "stats/row_live.hpp"

namespace trifle::stats::detail {

RowLive::RowLive(std::shared_ptr<RowDriver> driver, const Options& options, const Merge::Config& merge)
    : Live(driver, Draft(merge, Draft::For::Rows)), rows_(*driver) {
  if (!options.buffer.enabled) return;
  use(std::make_unique<Buffer>(Buffer::Config{.merge = merge,
                                              .options = options.buffer,
                                              .traits = driver->traits(),
                                              .on_error = options.on_error,
                                              .on_drop = options.on_drop},
                               driver, gate()));
}

void RowLive::write_draft(Draft& draft, Wrote& wrote) {
  const Rows rows = draft.merge().rows();
  rows_.write(rows);
  wrote = {.operations = draft.operations(), .rows = rows.rows().size(), .batches = 1};
}

void RowLive::flush_waiting(std::chrono::nanoseconds deadline) {
  if (buffer() != nullptr) buffer()->flush(deadline);
}

CloseReport RowLive::close_waiting(std::chrono::nanoseconds deadline, Writer::Patience patience) {
  return buffer() != nullptr ? buffer()->close(deadline, patience) : CloseReport{};
}

void RowLive::give_up_waiting() noexcept {
  if (buffer() != nullptr) buffer()->give_up();
}

void RowLive::add_waiting_to(Health& health) const {
  if (buffer() != nullptr) buffer()->add_to(health);
}

}  // namespace trifle::stats::detail
