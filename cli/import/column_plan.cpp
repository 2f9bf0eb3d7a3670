#include "import/column_plan.hpp"

#include "failure.hpp"

namespace trifle::cli {
namespace {

/// "ms=duration" or just "duration".
std::vector<ColumnPlan::Column> columns_of(const std::vector<std::string>& flags, const char* flag) {
  std::vector<ColumnPlan::Column> columns;
  for (const auto& text : flags) {
    if (text.empty()) continue;  // --label "" stands for none
    const auto equals = text.find('=');
    ColumnPlan::Column column{text.substr(0, equals), equals == std::string::npos ? text : text.substr(equals + 1)};
    if (column.name.empty() || column.field.empty()) {
      throw UsageError(std::string(flag) + " \"" + text + "\" is neither FIELD nor NAME=FIELD");
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

ColumnPlan plan_for(const ImportRequest& request) {
  ColumnPlan plan;
  if (request.format == "combined" || request.format == "common") {
    plan.key = "requests";
    plan.time_format = "clf";
    plan.numbers = {{"bytes", "bytes"}};
    plan.labels = {{"status", "status"}, {"method", "method"}};
  } else if (request.format == "dpkg") {
    plan.key = "packages";
    plan.time_format = "%Y-%m-%d %H:%M:%S";
    plan.labels = {{"action", "action"}, {"status", "status"}};
  }
  if (request.key) plan.key = *request.key;
  if (request.key_field) {
    if (request.key) throw UsageError("--key and --key-field can't be combined");
    plan.key.clear();
    plan.key_field = *request.key_field;
  }
  if (request.time_field) plan.time_field = *request.time_field;
  if (request.time_format) plan.time_format = *request.time_format;
  if (request.count) plan.count = *request.count;
  if (!request.numbers.empty()) plan.numbers = columns_of(request.numbers, "--number");
  if (!request.labels.empty()) plan.labels = columns_of(request.labels, "--label");
  plan.untracked = request.untracked;
  return plan;
}

}  // namespace trifle::cli
