#include "commands/expression.hpp"

#include <gmock/gmock.h>

#include "failure.hpp"

namespace {

using ::testing::ElementsAre;
using trifle::cli::Expression;
using trifle::cli::parse_expression;
using trifle::cli::UsageError;

TEST(Expression, TakesPathsForLettersInTheirPlaces) {
  const Expression e = parse_expression(" revenue / count as average ");
  EXPECT_EQ(e.formula, "a       / b    ");
  EXPECT_THAT(e.paths, ElementsAre("revenue", "count"));
  EXPECT_EQ(e.response, "average");
}

TEST(Expression, KnowsFunctionsNumbersEscapesAndQuotes) {
  const Expression e = parse_expression("sum(status.404, `2xx-a`, v1\\.2) / max (status.404, 1.5) as errors.share");
  EXPECT_THAT(e.paths, ElementsAre("status.404", "2xx-a", "v1\\.2"));
  EXPECT_EQ(e.formula, "sum(a         , b      , c    ) / max (a         , 1.5)");
  EXPECT_EQ(e.response, "errors.share");
  EXPECT_EQ(parse_expression("a-b").formula, "a-b");
  EXPECT_EQ(parse_expression("b").formula, "a");
  EXPECT_EQ(parse_expression("b").response, "value");
}

TEST(Expression, RefusesWhatItCannotTakeApart) {
  EXPECT_THROW(parse_expression("count as"), UsageError);
  EXPECT_THROW(parse_expression("`count"), UsageError);
  std::string many;
  for (int i = 0; i < 27; ++i) many += (i > 0 ? "+p" : "p") + std::to_string(i);
  EXPECT_THROW(parse_expression(many), UsageError);
}

TEST(Expression, AsWithinANameIsNoWord) {
  EXPECT_THAT(parse_expression("assets / basis").paths, ElementsAre("assets", "basis"));
  EXPECT_THAT(parse_expression("`a as b` as c").paths, ElementsAre("a as b"));
}

}  // namespace
