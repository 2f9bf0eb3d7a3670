// NDJSON lines and payloads: refused with one of our errors, or read the same way twice.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <trifle/stats/error.hpp>

#include "failure.hpp"
#include "input/measurement_line.hpp"
#include "input/payload_json.hpp"
#include "output/json_text.hpp"
#include "output/text.hpp"

namespace {

using namespace trifle;

void require(bool holds) {
  if (!holds) std::abort();
}

/// What is refused is refused with text for people.
template <class Work>
bool accepted(const Work& work) {
  try {
    work();
    return true;
  } catch (const cli::Failure& e) {
    require(*e.what() != '\0' && cli::valid_utf8(e.what()));
  } catch (const stats::InvalidArgument& e) {
    require(*e.what() != '\0');
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);

  accepted([&] {
    const cli::Measurement measurement = cli::parse_measurement(text);
    require(!measurement.values.empty());
    require(cli::valid_utf8(measurement.key));
    for (const auto& item : measurement.values.items()) require(cli::valid_utf8(item.path) && item.number.is_finite());
  });

  const bool is_payload = accepted([&] {
    const stats::Payload payload = cli::parse_payload(text);
    require(!payload.empty());
    for (const auto& item : payload.items()) require(item.number.is_finite());
  });
  const bool is_status = accepted([&] { require(!cli::parse_status(text).empty()); });
  require(!is_payload || is_status);

  // What is printed is JSON again, and printing it again changes nothing.
  accepted([&] {
    const std::string once = cli::indented_sorted(text);
    require(cli::indented_sorted(once) == once);
  });
  return 0;
}
