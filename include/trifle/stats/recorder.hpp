#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>

#include <trifle/stats/instant.hpp>
#include <trifle/stats/number.hpp>

namespace trifle {
class Stats;
}

namespace trifle::stats {

/// A key and paths that are looked up once, for a hot loop: `Stats::track` of numbers by position.
///
/// Made by `Stats::recorder()`, one for each place of the program, not one for each call. Any thread may use it, and so
/// may several. Copies are the same recorder. Once its Stats is closed or gone, `track` throws ClosedError.
class Recorder {
 public:
  /// As `Stats::track`, one number for each path, in the order of the paths. Throws InvalidArgument for another number
  /// of them, and for one that isn't finite.
  void track(Instant at, std::initializer_list<Number> numbers) {
    track(at, std::span(numbers.begin(), numbers.size()));
  }
  void track(Instant at, std::span<const Number> numbers);

 private:
  friend class trifle::Stats;  // makes it
  class Impl;
  explicit Recorder(std::shared_ptr<Impl> impl) noexcept;

  std::shared_ptr<Impl> impl_;
};

}  // namespace trifle::stats
