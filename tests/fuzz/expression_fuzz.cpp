// Expressions: the first byte says how many paths there are, the rest is the text. Whatever is refused, is refused by
// the slow and obvious evaluator with the same sentence at the same place; whatever is taken gives the same numbers.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <trifle/stats/error.hpp>
#include <trifle/stats/transponder.hpp>

#include "../unit/series/expression/slow_expression.hpp"
#include "series/columns_builder.hpp"

namespace {

using namespace trifle::stats;
using Row = SlowExpression::Row;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::size_t kPaths = 4;
const std::string kNames[kPaths] = {"n", "country.us", "x", "y"};

const std::vector<Row>& rows() {
  static const std::vector<Row> rows = [] {
    const std::vector<Number> telling = {3,     0,     -7,     0.5, INT64_MAX, INT64_MIN, 9007199254740993,
                                         1e308, -2.25, 5e-324, 1};
    std::vector<Row> made(300);
    for (std::size_t row = 0; row < made.size(); ++row)
      for (std::size_t path = 0; path < kPaths; ++path)
        if ((row * 7 + path * 3) % 5 != 0)
          made[row][kNames[path]] = telling[(row * (path + 2) + row / 11) % telling.size()];
    return made;
  }();
  return rows;
}

const Series& series() {
  static const Series series = [] {
    std::vector<std::int64_t> buckets(rows().size());
    for (std::size_t row = 0; row < buckets.size(); ++row) buckets[row] = 60 * static_cast<std::int64_t>(row);
    detail::ColumnsBuilder builder(buckets);
    for (std::size_t row = 0; row < buckets.size(); ++row)
      for (std::size_t path = 0; path < kPaths; ++path)
        if (const auto at = rows()[row].find(kNames[path]); at != rows()[row].end()) builder.add(row, path, at->second);
    return Series(std::make_shared<const detail::Columns>(builder.finish(
        Bucketing(), Granularity("1m"), false, [](std::size_t column) { return std::string_view(kNames[column]); })));
  }();
  return series;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\n\v\f\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\n\v\f\r") + 1 - first);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<std::string> paths(kNames, kNames + 1 + data[0] % kPaths);
  const std::string text = trimmed(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  std::unique_ptr<Transponder> transponder;
  std::string message;
  try {
    transponder = std::make_unique<Transponder>(paths, text, "result");
  } catch (const InvalidArgument& e) {
    message = e.what();
  }
  if (text.empty()) {
    require(message == "transform: Expression must be text.");
    return 0;
  }
  if (message.find("deep.") != std::string::npos || text.size() > 65'536) return 0;
  std::unique_ptr<SlowExpression> slow;
  try {
    slow = std::make_unique<SlowExpression>(paths, text);
  } catch (const SlowExpression::Refused& refused) {
    const std::string sentence = refused.what();
    require(message.starts_with("transform: " + sentence.substr(0, 50)));
    require(message.ends_with("^ position " + std::to_string(refused.position)));
    return 0;
  }
  require(transponder != nullptr);
  const Series result = (*transponder)(series());
  for (std::size_t row = 0; row < rows().size(); ++row) {
    const auto expected = slow->of(rows()[row]);
    const auto found = result.value(row, "result");
    require(expected.has_value() == found.has_value());
    if (expected) require(*expected == *found && expected->is_integer() == found->is_integer());
  }
  return 0;
}
