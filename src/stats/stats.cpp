#include <trifle/stats.hpp>

#include "buffer/metric_key.hpp"
#include "read/read_keys.hpp"
#include "read/read_series.hpp"
#include "stats/stats_impl.hpp"
#include "values/status_text.hpp"

namespace trifle {

using namespace stats;

namespace {

constexpr std::size_t kStatusKeyLength = 255;

}  // namespace

Stats::Stats(Driver driver, Options options)
    : impl_(std::make_shared<Impl>(detail::GivenDriver(std::move(driver)), std::move(options))) {}

Stats::~Stats() {
  if (impl_) impl_->end();
}

Stats::Stats(Stats&&) noexcept = default;

Stats& Stats::operator=(Stats&& other) noexcept {
  if (impl_ && impl_ != other.impl_) impl_->end();
  impl_ = std::move(other.impl_);
  return *this;
}

SetupReport Stats::setup(Setup what) { return impl_->driver()->setup(what); }

void Stats::track(std::string_view key, Instant at, std::initializer_list<Entry> values, TrackOptions options) {
  impl_->track(detail::Change::Increment, key, at, std::span<const Entry>(values.begin(), values.size()), options);
}

void Stats::track(std::string_view key, Instant at, const Payload& values, TrackOptions options) {
  impl_->track(detail::Change::Increment, key, at, values, options);
}

void Stats::assert_values(std::string_view key, Instant at, std::initializer_list<Entry> values, TrackOptions options) {
  impl_->track(detail::Change::Set, key, at, std::span<const Entry>(values.begin(), values.size()), options);
}

void Stats::assert_values(std::string_view key, Instant at, const Payload& values, TrackOptions options) {
  impl_->track(detail::Change::Set, key, at, values, options);
}

Series Stats::values(std::string_view key, Instant from, Instant to, std::string_view granularity,
                     ValuesOptions options) {
  detail::check_key(key);
  return detail::read_series(*impl_->driver(), key, Granularity(granularity), from, to, impl_->bucketing,
                             impl_->options.max_points, options.skip_blanks, Instant::now());
}

std::vector<KeyCount> Stats::keys(Instant from, Instant to, std::string_view granularity) {
  return detail::read_keys(*impl_->driver(), Granularity(granularity), from, to, impl_->bucketing,
                           impl_->options.max_points);
}

void Stats::beam(std::string_view key, Instant at, const StatusValues& values) {
  detail::check_writable_key(key, kStatusKeyLength);
  if (values.empty()) throw InvalidArgument("the status is empty");
  const auto seconds = at.unix_seconds();
  impl_->driver()->beam(key, {.at = seconds, .json = detail::pack_status(values, seconds)});
}

std::optional<Status> Stats::scan(std::string_view key) {
  detail::check_key(key);
  const auto stored = impl_->driver()->scan(key);
  if (!stored) return std::nullopt;
  Status status{.at = Instant::from_unix(stored->at), .values = {}};
  if (const auto fault = detail::unpack_status(stored->json, status.values)) {
    throw CorruptData("the status of \"" + std::string(key) + "\" can't be read: " + fault->reason,
                      {.operation = "scan", .backend = impl_->traits.backend});
  }
  return status;
}

void Stats::flush(std::chrono::milliseconds deadline) { impl_->live().flush(deadline); }

CloseReport Stats::close(std::chrono::milliseconds deadline) { return impl_->close(deadline); }

Health Stats::health() const { return impl_->live().health(); }

const Traits& Stats::describe() const noexcept { return impl_->traits; }
const Options& Stats::options() const noexcept { return impl_->options; }
const Bucketing& Stats::bucketing() const noexcept { return impl_->bucketing; }

}  // namespace trifle
