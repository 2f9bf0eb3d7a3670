#include "drivers/api/measurement_json.hpp"

#include <algorithm>
#include <vector>

#include "values/json_text.hpp"
#include "values/number_text.hpp"

namespace trifle::stats::detail::api {

std::string measurement_json(const Measurement& measurement) {
  std::vector<const Payload::Item*> items;
  items.reserve(measurement.values.size());
  for (const auto& item : measurement.values) items.push_back(&item);
  std::sort(items.begin(), items.end(), [](const auto* a, const auto* b) { return nested_before(a->path, b->path); });

  std::string out = R"({"operation":)";
  out += measurement.change == Change::Set ? R"("assert")" : R"("track")";
  out += R"(,"key":)";
  append_json_string(out, measurement.key);
  out += R"(,"at":)";
  append_json_string(out, measurement.at.to_string());
  out += R"(,"values":)";
  NestedJson values(out, NestedJson::Names::Spelled);
  std::string number;
  for (const auto* const item : items) {
    number.clear();
    append_number(number, item->number);
    values.add(item->path, number);
  }
  values.finish();
  out += R"(,"untracked":)";
  out += measurement.untracked ? "true}" : "false}";
  return out;
}

}  // namespace trifle::stats::detail::api
