#include "drivers/api/options.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

#include "driver/option_range.hpp"

namespace trifle::stats::detail::api {
namespace {

/// What stands in a header must not end it, or begin another.
bool fits_a_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

void check_options(const drivers::ApiOptions& options) {
  using std::chrono::milliseconds;
  if (options.token.empty()) throw InvalidArgument("the option token is empty; the API wants a token with every call");
  if (!fits_a_header(options.token)) {
    throw InvalidArgument("the option token holds a space, a line's end or another character that no token has");
  }
  if (!fits_a_header(options.source_id)) {
    throw InvalidArgument("the option source_id holds a space, a line's end or another character that no id has");
  }
  if (options.ca_file.find('\0') != std::string::npos) throw InvalidArgument("the option ca_file holds a NUL");
  constexpr milliseconds kHour = std::chrono::hours(1);
  check_range<milliseconds::rep>("connect_timeout (milliseconds)", options.connect_timeout.count(), 1, kHour.count());
  check_range<milliseconds::rep>("timeout (milliseconds)", options.timeout.count(), 1, 24 * kHour.count());
  check_range<std::size_t>("max_readers", options.max_readers, 1, 64);
}

}  // namespace trifle::stats::detail::api
