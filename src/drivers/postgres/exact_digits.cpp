#include "drivers/postgres/exact_digits.hpp"

#include <cmath>
#include <string_view>
#include <vector>

#include "values/json_text.hpp"
#include "values/row_scanner.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr double kTwoTo53 = 9007199254740992.0;
constexpr double kTwoTo63 = 9223372036854775808.0;

bool is_wide(const Number& number) {
  const double size = std::abs(number.to_double());
  return !number.is_integer() && size >= kTwoTo53 && size < kTwoTo63;
}

}  // namespace

void write_all_digits(std::string& row) {
  // Only a number of that size is written with such an exponent; a name that looks like one costs the scan.
  if (row.find("e+1") == std::string::npos) return;
  std::vector<RowLeaf> leaves;
  if (scan_row(row, leaves)) return;
  std::string out = "{";
  for (const auto& leaf : leaves) {
    if (out.size() > 1) out += ',';
    append_json_string(out, leaf.name);
    out += ':';
    if (leaf.kind == RowLeaf::Kind::Number && is_wide(*leaf.number)) {
      out += std::to_string(static_cast<std::int64_t>(leaf.number->to_double()));
    } else {
      out += leaf.raw;
    }
  }
  out += '}';
  row = std::move(out);
}

}  // namespace trifle::stats::detail::postgres
