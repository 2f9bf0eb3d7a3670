// An instant that is read prints as a text that reads back as the same instant, in UTC and in a zone.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/error.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trifle::stats;
  static const Bucketing zone("America/St_Johns");
  Instant at;
  try {
    at = Instant::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  } catch (const InvalidArgument&) {
    return 0;
  }
  if (Instant::parse(at.to_string()) != at || Instant::parse(zone.format(at)) != at) std::abort();
  return 0;
}
