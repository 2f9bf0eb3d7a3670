#include "stats/options.hpp"

#include <algorithm>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void refuse(const std::string& option, const std::string& given, const std::string& allowed) {
  throw InvalidArgument("the option " + option + " is " + given + "; " + allowed);
}

void at_least(const std::string& option, std::size_t given, std::size_t least) {
  if (given < least) refuse(option, std::to_string(given), "allowed are " + std::to_string(least) + " and more");
}

}  // namespace

std::vector<Granularity> check_options(const Options& options) {
  if (!options.week_start.ok()) refuse("week_start", "no weekday", "allowed are Sunday to Saturday");
  if (options.granularities.empty()) {
    refuse("granularities", "empty", R"(name at least one, as "1h"; the default is 1m 1h 1d 1w 1mo 1q 1y)");
  }
  std::vector<Granularity> granularities;
  for (const auto& text : options.granularities) {
    const Granularity granularity(text);
    if (std::find(granularities.begin(), granularities.end(), granularity) != granularities.end()) {
      refuse("granularities", "holding \"" + text + "\" twice", "each is allowed once");
    }
    granularities.push_back(granularity);
  }
  const auto& buffer = options.buffer;
  if (buffer.duration <= 0s || buffer.duration > 24h) {
    refuse("buffer.duration", std::to_string(std::chrono::duration<double>(buffer.duration).count()) + " s",
           "allowed is more than 0 and at most one day");
  }
  at_least("buffer.size", buffer.size, 1);
  at_least("buffer.max_entries", buffer.max_entries, 1);
  at_least("buffer.max_bytes", buffer.max_bytes, 64u << 10);
  if (buffer.block_for < 0s || buffer.block_for > 24h) {
    refuse("buffer.block_for", std::to_string(std::chrono::duration<double>(buffer.block_for).count()) + " s",
           "allowed is 0 up to one day");
  }
  if (buffer.on_full < OnFull::Block || buffer.on_full > OnFull::Drop) {
    refuse("buffer.on_full", std::to_string(static_cast<int>(buffer.on_full)), "allowed are Block, Refuse and Drop");
  }
  if (buffer.on_unknown < OnUnknown::Report || buffer.on_unknown > OnUnknown::Drop) {
    refuse("buffer.on_unknown", std::to_string(static_cast<int>(buffer.on_unknown)),
           "allowed are Report, Retry and Drop");
  }
  at_least("max_points", options.max_points, 1);
  return granularities;
}

}  // namespace trifle::stats::detail
