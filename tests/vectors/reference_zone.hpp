#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <trifle/stats/granularity.hpp>

namespace trifle::stats::reference {

/// The bucketing rules once more, slow and obvious: offsets come one instant at a time from the C library, civil dates
/// from std::chrono, and a wall time is found by trying every offset around it. Shares nothing with the library.
/// Sets the process's TZ: one at a time, single-threaded.
class ReferenceZone {
 public:
  ReferenceZone(const std::string& name, std::chrono::weekday week_start);
  ~ReferenceZone();
  ReferenceZone(const ReferenceZone&) = delete;
  ReferenceZone& operator=(const ReferenceZone&) = delete;

  std::int64_t offset(std::int64_t at) const;
  std::int64_t resolve(std::int64_t wall, std::int64_t source_offset) const;
  std::int64_t floor(std::int64_t at, const Granularity& granularity) const;
  std::int64_t add(std::int64_t at, int count, Granularity::Unit unit) const;
  std::vector<std::int64_t> timeline(std::int64_t from, std::int64_t to, const Granularity& granularity) const;

  /// The instants at which the offset changes, found by looking every `step` seconds.
  std::vector<std::int64_t> changes(std::int64_t from, std::int64_t to, std::int64_t step) const;

 private:
  std::chrono::weekday week_start_;
  std::string before_;
  bool was_set_;
};

}  // namespace trifle::stats::reference
