#include "commands/commands.hpp"
#include "failure.hpp"
#include "input/payload_json.hpp"
#include "output/json_text.hpp"
#include "output/table.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {
namespace {

struct ValueText {
  std::string operator()(std::nullptr_t) const { return "null"; }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
  std::string operator()(const stats::Number& number) const { return number.to_string(); }
  std::string operator()(const std::string& text) const { return text; }
};

Table status_table(const std::string& at, const stats::Status& status) {
  Table table{{"name", "value"}, {{"at", at}}};
  for (const auto& [stored, value] : status.values.items()) {
    table.rows.push_back({stats::Path::from_stored(stored).to_string(), std::visit(ValueText(), value)});
  }
  return table;
}

}  // namespace

int run(const BeamRequest& request, const Settings& settings, Console&) {
  const stats::StatusValues values = parse_status(request.values);
  const stats::Instant at = parse_instant(request.at, bucketing_of(settings), "--at");
  Stats stats = connect(settings, Access::Create);
  stats.setup();
  stats.beam(request.key, at, values);
  return kOk;
}

int run(const ScanRequest& request, const Settings& settings, Console& console) {
  Stats stats = connect(settings, Access::Read);
  const auto status = stats.scan(request.key);
  if (!status) throw Failure("no status of " + json_string(request.key));
  const std::string at = stats.bucketing().format(status->at);
  const bool table =
      request.output == OutputFormat::Table || (request.output == OutputFormat::Auto && console.out_is_terminal());
  if (request.output == OutputFormat::Csv) {
    console.write(status_table(at, *status).csv());
  } else if (table) {
    console.write(status_table(at, *status).aligned());
  } else {
    console.write(indented("{\"data\":{\"at\":" + json_string(at) + ",\"key\":" + json_string(request.key) +
                           ",\"values\":" + status->values.to_json() + "}}"));
  }
  return kOk;
}

}  // namespace trifle::cli
