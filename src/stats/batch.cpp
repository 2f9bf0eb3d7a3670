#include <trifle/stats/batch.hpp>

#include "stats/stats_impl.hpp"

namespace trifle::stats {

class Batch::Impl {
 public:
  explicit Impl(std::shared_ptr<Stats::Impl> of) : stats(std::move(of)), draft(stats->draft()) {}

  std::shared_ptr<Stats::Impl> stats;
  detail::Draft draft;
};

Batch::Batch(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
Batch::~Batch() = default;

void Batch::track(std::string_view key, Instant at, std::initializer_list<Entry> values, TrackOptions options) {
  impl_->draft.add(detail::Change::Increment, key, at, std::span(values.begin(), values.size()), options.untracked);
}

void Batch::track(std::string_view key, Instant at, const Payload& values, TrackOptions options) {
  impl_->draft.add(detail::Change::Increment, key, at, values, options.untracked);
}

void Batch::assert_values(std::string_view key, Instant at, std::initializer_list<Entry> values, TrackOptions options) {
  impl_->draft.add(detail::Change::Set, key, at, std::span(values.begin(), values.size()), options.untracked);
}

void Batch::assert_values(std::string_view key, Instant at, const Payload& values, TrackOptions options) {
  impl_->draft.add(detail::Change::Set, key, at, values, options.untracked);
}

std::size_t Batch::operations() const noexcept { return impl_->draft.operations(); }
std::size_t Batch::bytes() const noexcept { return impl_->draft.bytes(); }

Batch::Written Batch::commit() {
  Written written{.operations = impl_->draft.operations()};
  if (written.operations == 0) return written;
  written.rows = impl_->stats->live().write(impl_->draft);
  impl_->draft.clear();
  return written;
}

}  // namespace trifle::stats

namespace trifle {

stats::Batch Stats::batch() { return stats::Batch(std::make_unique<stats::Batch::Impl>(impl_)); }

}  // namespace trifle
