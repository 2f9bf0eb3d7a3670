// Transponder against the slow and obvious SlowExpression, over generated expressions and series.
#include <trifle/stats/transponder.hpp>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "all_rounds.hpp"
#include "seed.hpp"
#include "series/columns_builder.hpp"
#include "slow_expression.hpp"

namespace {

using namespace trifle::stats;
using Row = SlowExpression::Row;

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  Number number(std::size_t kind) {
    static const std::vector<Number> telling = {0,
                                                1,
                                                -1,
                                                std::int64_t{1} << 53,
                                                (std::int64_t{1} << 53) - 1,
                                                (std::int64_t{1} << 53) + 1,
                                                -(std::int64_t{1} << 53) - 1,
                                                INT64_MAX,
                                                INT64_MIN,
                                                1e308,
                                                -1e308,
                                                5e-324,
                                                0.5,
                                                9007199254740994.0,
                                                1e300};
    const auto small = static_cast<std::int64_t>(below(21)) - 10;
    if (kind == 3) kind = below(3);
    if (kind == 1) return static_cast<double>(small) / 8 + 0.0625;
    if (kind == 2) return below(3) == 0 ? Number(static_cast<std::int64_t>(random_())) : one_of(telling);
    return small;
  }

  std::vector<Row> rows(std::size_t count, const std::vector<std::string>& paths) {
    std::vector<Row> rows(count);
    for (const std::string& path : paths) {
      if (below(8) == 0) continue;
      const std::size_t kind = below(4);
      const std::size_t density = one_of(std::vector<std::size_t>{1, 10, 60, 95, 100, 100, 100});
      for (Row& row : rows)
        if (below(100) < density) row.emplace(path, number(kind));
    }
    return rows;
  }

  std::string expression(std::size_t variables) {
    std::string text = sum(variables, 4);
    if (below(4) != 0) return text;
    static const std::vector<std::string> pieces = {"(", ")", ",", "+", "*", "/",    "-",
                                                    " ", ".", "a", "z", "2", "sum(", "é"};
    for (std::size_t times = 1 + below(2); times > 0; --times) {
      const std::size_t at = below(text.size() + 1);
      if (below(2) == 0)
        text.insert(at, one_of(pieces));
      else if (at < text.size())
        text.erase(at, 1 + below(3));
    }
    return text;
  }

 private:
  std::string space() { return below(6) == 0 ? one_of(std::vector<std::string>{" ", "\n", "\t "}) : ""; }

  std::string sum(std::size_t variables, std::size_t depth) {
    std::string text = product(variables, depth);
    for (std::size_t more = below(3); more > 0; --more) text += (below(2) == 0 ? "+" : "-") + product(variables, depth);
    return text;
  }
  std::string product(std::size_t variables, std::size_t depth) {
    std::string text = factor(variables, depth);
    for (std::size_t more = below(3); more > 0; --more) text += (below(2) == 0 ? "*" : "/") + factor(variables, depth);
    return text;
  }
  std::string factor(std::size_t variables, std::size_t depth) {
    const std::size_t what = below(depth == 0 ? 6 : 9);
    if (what < 4) return space() + static_cast<char>('a' + below(variables)) + space();
    if (what == 4)
      return one_of(std::vector<std::string>{"0", "1", "2", "100", "0.1", "2.5", "9007199254740993", "3.0",
                                             "9223372036854775807", "123456789012345678901"});
    if (what == 5) return (below(2) == 0 ? "-" : "+") + space() + factor(variables, depth);
    if (what == 6) return "(" + sum(variables, depth - 1) + space() + ")";
    if (what == 7) return "sqrt(" + sum(variables, depth - 1) + ")";
    std::string call = one_of(std::vector<std::string>{"sum", "mean", "avg", "min", "max"}) + space() + "(";
    for (std::size_t i = 0, count = below(4); i < count; ++i) call += (i > 0 ? "," : "") + sum(variables, depth - 1);
    return call + ")";
  }

  std::mt19937_64 random_;
};

Series series_of(const std::vector<Row>& rows) {
  std::vector<std::int64_t> buckets;
  for (std::size_t row = 0; row < rows.size(); ++row) buckets.push_back(60 * static_cast<std::int64_t>(row));
  detail::ColumnsBuilder builder(buckets);
  std::vector<std::string> names;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const auto& [name, number] : rows[row]) {
      const auto at = std::find(names.begin(), names.end(), name);
      const auto column = static_cast<std::size_t>(at - names.begin());
      if (at == names.end()) names.push_back(name);
      builder.add(row, column, number);
    }
  }
  return Series(std::make_shared<const detail::Columns>(builder.finish(
      Bucketing(), Granularity("1m"), false, [&](std::size_t column) { return std::string_view(names[column]); })));
}

std::string exactly(const std::optional<Number>& number) {
  if (!number) return "absent";
  return (number->is_integer() ? "integer " : "real ") + number->to_string();
}

// The slow one works with the numbers as a series holds them: a whole double up to 2^53 is an integer.
std::vector<Row> as_held(std::vector<Row> rows) {
  for (Row& row : rows)
    for (auto& [name, number] : row)
      if (const auto whole = number.to_int64(); whole && std::abs(number.to_double()) <= 0x1p53) number = *whole;
  return rows;
}

TEST(TransponderProperty, AnswersAsTheTreeWalkedForEachRow) {
  const auto start = test::seed_or(20261124);
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(start));
  const int rounds = test::all_rounds() ? 10'000 : 1'000;
  const std::vector<std::string> all_paths = {"n", "country.us", "m", "x.y.z", "k"};
  Generator generator(start);
  int results = 0;
  int refusals = 0;
  int numbers = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t variables = 1 + generator.below(all_paths.size());
    const std::vector<std::string> paths(all_paths.begin(), all_paths.begin() + static_cast<std::ptrdiff_t>(variables));
    const std::string text = generator.expression(variables);
    SCOPED_TRACE("round " + std::to_string(round) + ": " + text);

    std::string sentence;
    std::string place;
    std::unique_ptr<SlowExpression> slow;
    // Both see the text without white space around it.
    const auto first = text.find_first_not_of(" \t\n");
    const std::string inner =
        first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\n") + 1 - first);
    if (inner.empty()) continue;
    try {
      slow = std::make_unique<SlowExpression>(paths, inner);
    } catch (const SlowExpression::Refused& refused) {
      sentence = refused.what();
      place = "^ position " + std::to_string(refused.position);
    }
    std::unique_ptr<Transponder> transponder;
    try {
      transponder = std::make_unique<Transponder>(paths, text, "result");
    } catch (const InvalidArgument& e) {
      const std::string message = e.what();
      ASSERT_EQ(slow, nullptr) << message;
      ASSERT_TRUE(message.starts_with("transform: " + sentence)) << message << "\nexpected: " << sentence;
      ASSERT_TRUE(message.ends_with(place)) << message << "\nexpected: " << place;
      ++refusals;
      continue;
    }
    ASSERT_NE(slow, nullptr) << sentence;

    const std::size_t count = round % 50 == 0 ? 1000 + generator.below(2000) : generator.below(40);
    const std::vector<Row> rows = generator.rows(count, paths);
    const Series made = series_of(rows);
    const Series transformed = (*transponder)(made);
    ASSERT_EQ(transformed.size(), made.size());
    const std::vector<Row> held = as_held(rows);
    for (std::size_t row = 0; row < count; ++row) {
      const auto expected = slow->of(held[row]);
      ASSERT_EQ(exactly(transformed.value(row, "result")), exactly(expected)) << "row " << row;
      numbers += expected ? 1 : 0;
    }
    ++results;
  }
  std::cout << "TRIFLE_TEST_SEED=" << start << ": " << results << " expressions computed, " << numbers << " numbers, "
            << refusals << " refused\n";
  EXPECT_GT(results, rounds / 2);
  EXPECT_GT(refusals, rounds / 20);
  EXPECT_GT(numbers, rounds);
}

}  // namespace
