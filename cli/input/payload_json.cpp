#include "input/payload_json.hpp"

#include "failure.hpp"
#include "input/json_leaves.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

class PayloadReader final : public JsonLeaves {
 public:
  stats::Payload payload;

 private:
  void leaf(stats::StatusValue&& value) override {
    const auto* number = std::get_if<stats::Number>(&value);
    if (number == nullptr) throw Failure(in_quotes(path()) + " is not a number");
    payload.add(path(), *number);
  }
};

class StatusReader final : public JsonLeaves {
 public:
  stats::StatusValues values;

 private:
  void leaf(stats::StatusValue&& value) override { values.set(path(), std::move(value)); }
};

}  // namespace

stats::Payload parse_payload(std::string_view json) {
  PayloadReader reader;
  reader.read(json);
  return std::move(reader.payload);
}

stats::StatusValues parse_status(std::string_view json) {
  StatusReader reader;
  reader.read(json);
  return std::move(reader.values);
}

}  // namespace trifle::cli
