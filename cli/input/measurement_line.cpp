#include "input/measurement_line.hpp"

#include <chrono>

#include "failure.hpp"
#include "input/json_instant.hpp"
#include "input/json_leaves.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

class MeasurementReader final : public JsonLeaves {
 public:
  Measurement take() {
    if (!key_) throw Failure("\"key\" is missing");
    if (!at_) throw Failure("\"at\" is missing");
    if (measurement_.values.empty()) throw Failure("\"values\" is missing");
    measurement_.key = std::move(*key_);
    measurement_.at = *at_;
    return std::move(measurement_);
  }

 private:
  void leaf(stats::StatusValue&& value) override {
    const std::string& member = names().front();
    if (member == "values" && names().size() > 1) {
      const auto* number = std::get_if<stats::Number>(&value);
      if (number == nullptr) throw Failure(in_quotes(path()) + " is not a number");
      measurement_.values.add(path(1), *number);
    } else if (names().size() > 1) {
      throw Failure("unknown member " + in_quotes(member));
    } else if (member == "key") {
      key_ = text(value, "key");
    } else if (member == "at") {
      at_ = instant_of(value, "at");
    } else if (member == "operation") {
      const std::string operation = text(value, "operation");
      if (operation != "track" && operation != "assert")
        throw Failure("\"operation\" is neither \"track\" nor \"assert\"");
      measurement_.assert_values = operation == "assert";
    } else if (member == "untracked") {
      const auto* yes = std::get_if<bool>(&value);
      if (yes == nullptr) throw Failure("\"untracked\" is neither true nor false");
      measurement_.untracked = *yes;
    } else if (member == "values") {
      throw Failure("\"values\" is not an object");
    } else {
      throw Failure("unknown member " + in_quotes(member));
    }
  }

  static std::string text(stats::StatusValue& value, const char* member) {
    auto* found = std::get_if<std::string>(&value);
    if (found == nullptr) throw Failure(std::string("\"") + member + "\" is not a text");
    return std::move(*found);
  }

  Measurement measurement_;
  std::optional<std::string> key_;
  std::optional<stats::Instant> at_;
};

}  // namespace

Measurement parse_measurement(std::string_view json) {
  MeasurementReader reader;
  reader.read(json);
  return reader.take();
}

}  // namespace trifle::cli
