// A granularity that is taken prints as it was given, and floors any instant to a bucket that floors to itself in UTC.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/error.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trifle::stats;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const Granularity granularity(text);
    if (granularity.to_string() != text || granularity.count() < 1) std::abort();
    const Instant at = Instant::from_unix(1'784'111'865);
    const Bucketing bucketing;
    const Instant bucket = bucketing.floor(at, granularity);
    if (bucket > at || bucketing.floor(bucket, granularity) != bucket) std::abort();
  } catch (const InvalidArgument&) {
  }
  return 0;
}
