#include "import/planned_format.hpp"

#include <algorithm>
#include <charconv>

#include <trifle/stats/path.hpp>

#include "failure.hpp"
#include "output/text.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::string_view kNumberPrefix = "number_";
constexpr std::string_view kLabelPrefix = "label_";

bool absent(std::string_view field) { return field.empty() || field == "-"; }

/// A plain decimal number: no hexadecimal, no "nan".
std::optional<stats::Number> read_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t whole = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, whole);
    // An integer beyond 64 bits is refused, not rounded.
    return error == std::errc() && stop == end ? std::optional<stats::Number>(whole) : std::nullopt;
  }
  double real = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, real);
  return error == std::errc() && stop == end ? std::optional<stats::Number>(real) : std::nullopt;
}

}  // namespace

PlannedImport::PlannedImport(std::unique_ptr<LineSplitter> splitter, ColumnPlan plan, const stats::Bucketing& bucketing)
    : splitter_(std::move(splitter)), plan_(std::move(plan)), time_format_(plan_.time_format, bucketing) {
  if (!splitter_->wants_header()) resolve();
}

std::size_t PlannedImport::index_of(const std::string& field, const char* role) const {
  const auto& names = splitter_->names();
  const auto found = std::find(names.begin(), names.end(), field);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string known;
  for (const auto& name : names) {
    if (name.empty() || name == "-") continue;
    known += known.empty() ? "" : ", ";
    known += printable(name);
  }
  throw UsageError("there is no field " + in_quotes(field) + " for the " + role + "; the fields are " + known);
}

void PlannedImport::resolve() {
  time_ = index_of(plan_.time_field, "time");
  if (plan_.key.empty()) key_ = index_of(plan_.key_field, "key (--key NAME gives one key to all lines)");
  for (const auto& column : plan_.numbers) numbers_.push_back({column.name, index_of(column.field, "number")});
  for (const auto& column : plan_.labels) labels_.push_back({column.name + ".", index_of(column.field, "label")});
  const auto& names = splitter_->names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].size() > kNumberPrefix.size() && names[i].starts_with(kNumberPrefix)) {
      numbers_.push_back({names[i].substr(kNumberPrefix.size()), i});
    } else if (names[i].size() > kLabelPrefix.size() && names[i].starts_with(kLabelPrefix)) {
      labels_.push_back({names[i].substr(kLabelPrefix.size()) + ".", i});
    }
  }
  if (plan_.count.empty() && numbers_.empty() && labels_.empty()) {
    throw UsageError("nothing would be tracked: no count, no --number and no --label");
  }
}

bool PlannedImport::header(std::string_view line) {
  if (!splitter_->wants_header()) return false;
  if (const auto wrong = splitter_->read_header(line); !wrong.empty()) {
    throw Failure("the header can't be read: " + std::string(wrong));
  }
  resolve();
  return true;
}

std::string_view PlannedImport::add(std::string_view line, stats::Batch& batch) {
  if (const auto wrong = splitter_->split(line, fields_); !wrong.empty()) return wrong;
  try {
    const stats::Instant at = time_format_.read(trimmed(fields_[time_]));
    stats::Payload payload;
    if (!plan_.count.empty()) payload.add(plan_.count, 1);
    for (const auto& [name, index] : numbers_) {
      const auto text = trimmed(fields_[index]);
      if (absent(text)) continue;
      const auto number = read_number(text);
      if (!number) {
        wrong_ = in_quotes(text.substr(0, 60)) + " is not a number (" + printable(name) + ")";
        return wrong_;
      }
      payload.add(name, *number);
    }
    for (const auto& [prefix, index] : labels_) {
      if (!absent(fields_[index])) payload.add(prefix + stats::Path::escape(fields_[index]), 1);
    }
    if (payload.empty()) return "it holds nothing to track";
    batch.track(key_ ? fields_[*key_] : std::string_view(plan_.key), at, payload, {.untracked = plan_.untracked});
  } catch (const Failure& e) {
    wrong_ = e.what();
    return wrong_;
  }
  return {};
}

}  // namespace trifle::cli
