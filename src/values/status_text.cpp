#include "values/status_text.hpp"

#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "values/json_scanner.hpp"
#include "values/json_text.hpp"
#include "values/number_text.hpp"
#include "values/row_scanner.hpp"
#include "values/status_value.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

constexpr std::string_view kData = "data.";

std::optional<int> digits(std::string_view text, std::size_t offset, std::size_t count) {
  int value = 0;
  const char* const first = text.data() + offset;
  const auto [end, error] = std::from_chars(first, first + count, value);
  if (error != std::errc() || end != first + count || *first == '-') return std::nullopt;
  return value;
}

/// Ruby's Time#to_s: "2026-07-15 10:37:45 UTC" or "2026-07-15 12:37:45 +0200".
std::optional<std::int64_t> ruby_time(std::string_view text) {
  if (text.size() != 23 && text.size() != 25) return std::nullopt;
  constexpr std::string_view kForm = "dddd-dd-dd dd:dd:dd ";
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != 'd' && text[i] != kForm[i]) return std::nullopt;
  }
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;

  std::int64_t offset = 0;
  const auto zone = text.substr(kForm.size());
  if (zone != "UTC") {
    if (zone.size() != 5 || (zone.front() != '+' && zone.front() != '-')) return std::nullopt;
    const auto hours = digits(zone, 1, 2), minutes = digits(zone, 3, 2);
    if (!hours || !minutes) return std::nullopt;
    offset = (*hours * 60 + *minutes) * 60 * (zone.front() == '-' ? -1 : 1);
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60 + *second - offset;
}

std::string text_of(const RowLeaf& leaf) {
  std::string text;
  append_unescaped(text, leaf.raw.substr(1, leaf.raw.size() - 2));
  return text;
}

std::optional<std::int64_t> time_of(const RowLeaf& leaf) {
  if (leaf.kind == RowLeaf::Kind::Text && !leaf.number) return ruby_time(text_of(leaf));
  if (!leaf.number) return std::nullopt;
  return leaf.number->is_integer() ? leaf.number->to_int64() : Number(std::floor(leaf.number->to_double())).to_int64();
}

std::optional<StatusValue> value_of(const RowLeaf& leaf) {
  switch (leaf.kind) {
    case RowLeaf::Kind::Number:
      return *leaf.number;
    case RowLeaf::Kind::Text:
      return text_of(leaf);
    case RowLeaf::Kind::True:
      return true;
    case RowLeaf::Kind::False:
      return false;
    case RowLeaf::Kind::Null:
      return nullptr;
    case RowLeaf::Kind::Array:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::string pack_status(const StatusValues& values, std::int64_t at) {
  std::string out = "{";
  std::string name;
  for (const auto& [path, value] : values.items()) {
    name.assign(kData).append(path);
    append_json_string(out, name);
    out += ':';
    append_status_value(out, value);
    out += ',';
  }
  out += "\"at\":";
  append_number(out, Number(at));
  out += '}';
  return out;
}

std::optional<RowFault> unpack_status(std::string_view json, StatusValues& values, std::optional<std::int64_t>& at) {
  values = {};
  at.reset();
  std::vector<RowLeaf> leaves;
  if (auto fault = scan_row(json, leaves)) return fault;
  for (const auto& leaf : leaves) {
    if (leaf.name == "at") {
      at = time_of(leaf);
    } else if (leaf.name.starts_with(kData)) {
      if (auto value = value_of(leaf)) values.set(spelled(leaf.name.substr(kData.size())), std::move(*value));
    }
  }
  return std::nullopt;
}

std::optional<RowFault> unpack_status(std::string_view json, StatusValues& values) {
  std::optional<std::int64_t> at;
  return unpack_status(json, values, at);
}

}  // namespace trifle::stats::detail
