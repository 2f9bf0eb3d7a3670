#include "read/read_keys.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "driver/layout.hpp"
#include "read/read_series.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

constexpr std::string_view kKeys = "keys.";

// A count is whole; what a foreign program wrote otherwise is cut off.
std::int64_t whole(Number number) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (const auto integer = number.to_int64()) return *integer;
  const double real = std::trunc(number.to_double());
  if (real >= 0x1p63) return Limits::max();
  return real >= -0x1p63 ? static_cast<std::int64_t>(real) : Limits::min();
}

// Our own `service%2Elatency` is one segment; the older `service.latency` is two, and the same key.
std::string key_of(std::string_view stored) {
  std::string key;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = stored.find('.', begin);
    key += literal_segment(stored.substr(begin, dot - begin));
    if (dot == std::string_view::npos) return key;
    key += '.';
    begin = dot + 1;
  }
}

}  // namespace

std::vector<KeyCount> read_keys(Backend& driver, const Granularity& granularity, Instant from, Instant to,
                                const Bucketing& bucketing, std::size_t max_points) {
  const auto columns = read_columns(driver, {.key = kSystemKey, .granularity = granularity, .from = from, .to = to},
                                    bucketing, {.max_points = max_points, .operation = "keys"});
  std::map<std::string, Number> counts;
  for (const Column& column : columns->columns()) {
    const std::string_view name = column.name();
    if (!name.starts_with(kKeys)) continue;
    Number& count = counts[key_of(name.substr(kKeys.size()))];
    for (std::size_t slot = 0; slot < column.slots(); ++slot) count += column.number(slot);  // an empty slot is zero
  }
  std::vector<KeyCount> keys;
  keys.reserve(counts.size());
  for (const auto& [key, count] : counts) keys.push_back({key, whole(count)});
  return keys;
}

}  // namespace trifle::stats::detail
