#include <trifle/stats/transponder.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

#include "../made_series.hpp"

namespace {

using namespace trifle::stats;
using testing::HasSubstr;
using testing::StartsWith;
using Paths = std::vector<std::string>;

/// What an expression makes of one row: the number as text, "absent", or the error.
std::string of(const std::string& expression, const std::string& row = R"({"a":6,"b":4})",
               const Paths& paths = {"a", "b"}) {
  try {
    const auto number = made({row}).transform(paths, expression, "r").value(0, "r");
    return number ? number->to_string() : "absent";
  } catch (const InvalidArgument& e) {
    EXPECT_EQ(e.operation(), "transform");
    return e.what();
  }
}

std::string refusal(const Paths& paths, const std::string& expression, const std::string& response) {
  try {
    Transponder(paths, expression, response);
  } catch (const InvalidArgument& e) {
    return e.what();
  }
  return "none";
}

/// How a refused expression reads: the sentence, the text, the caret.
std::string shown(const std::string& sentence, const std::string& text, std::size_t position) {
  return "transform: " + sentence + "\n  " + text + '\n' + std::string(2 + position, ' ') + "^ position " +
         std::to_string(position);
}

TEST(Transponder, AddsOnePathToASeries) {
  const Series series = made({R"({"revenue":10,"count":4})", "{}", R"({"revenue":9,"count":3,"x":1})"});
  const Series with_average = series.transform({"revenue", "count"}, "a / b", "average");
  EXPECT_EQ(values_of(with_average),
            R"([{"average":2.5,"count":4,"revenue":10},{},{"average":3,"count":3,"revenue":9,"x":1}])");
  EXPECT_EQ(values_of(series), R"([{"count":4,"revenue":10},{},{"count":3,"revenue":9,"x":1}])");
  EXPECT_EQ(with_average.at(1), series.at(1));
}

TEST(Transponder, SharesTheColumnsThatStay) {
  const Series series = made({R"({"n":1,"m":2})"});
  const Series more = series.transform({"n"}, "a + 1", "r");
  EXPECT_EQ(series.columns().find("m"), more.columns().find("m"));
  EXPECT_EQ(series.columns().frame(), more.columns().frame());
}

TEST(ExpressionGrammar, OperatorsBindAndAssociateAsUsual) {
  EXPECT_EQ(of("a - b - 1"), "1");
  EXPECT_EQ(of("a / b / 2"), "0.75");
  EXPECT_EQ(of("a - b * 2"), "-2");
  EXPECT_EQ(of("(a - b) * 2"), "4");
  EXPECT_EQ(of("-a * -b"), "24");
  EXPECT_EQ(of("- - a"), "6");
  EXPECT_EQ(of("+a - +b"), "2");
  EXPECT_EQ(of("2 * -(a + b)"), "-20");
  EXPECT_EQ(of(" a\n+\tb "), "10");
}

TEST(ExpressionGrammar, FunctionsTakeAnyCountOfArguments) {
  EXPECT_EQ(of("sum(a, b, 1)"), "11");
  EXPECT_EQ(of("mean(a, b)"), "5");
  EXPECT_EQ(of("avg(a, b, 2)"), "4");
  EXPECT_EQ(of("mean(a, b, 1)"), "3.6666666666666665");
  EXPECT_EQ(of("min(a, b)"), "4");
  EXPECT_EQ(of("max (a, b, 5)"), "6");
  EXPECT_EQ(of("sqrt(b)"), "2");
  EXPECT_EQ(of("max(min(a, 5), b) + sum(mean(a))"), "11");
}

TEST(ExpressionGrammar, NumbersHaveNoSignExponentOrLeadingPoint) {
  EXPECT_EQ(of("2."), shown("Invalid token at position 1.", "2.", 1));
  EXPECT_EQ(of(".5"), shown("Invalid token at position 0.", ".5", 0));
  EXPECT_EQ(of("1e3"), shown("Unexpected token sequence.", "1e3", 1));
  EXPECT_EQ(of("2.50"), "2.5");
  EXPECT_EQ(of("007"), "7");
  EXPECT_EQ(of("9007199254740993"), "9007199254740993");
  EXPECT_EQ(of("18446744073709551616"), "18446744073709551616");
  EXPECT_THAT(of("1" + std::string(400, '0')), StartsWith("transform: The number is too large.\n"));
}

TEST(ExpressionGrammar, NamesAreCaseSensitive) {
  EXPECT_EQ(of("A"), shown("Unknown variable A. The paths are a to b.", "A", 0));
  EXPECT_THAT(of("SUM(a)"), StartsWith("transform: Unknown function SUM."));
}

TEST(ExpressionErrors, UseTheFamilysSentencesWithThePlace) {
  EXPECT_EQ(of("a b"), shown("Unexpected token sequence.", "a b", 2));
  EXPECT_EQ(of("a)"), shown("Unexpected token sequence.", "a)", 1));
  EXPECT_EQ(of("a, b"), shown("Unexpected token sequence.", "a, b", 1));
  EXPECT_EQ(of("a + $"), shown("Invalid token at position 4.", "a + $", 4));
  EXPECT_EQ(of("a b $"), shown("Invalid token at position 4.", "a b $", 4)) << "tokens come before grammar";
  EXPECT_EQ(of("a + c"), shown("Unknown variable c. The paths are a to b.", "a + c", 4));
  EXPECT_EQ(of("b", "{}", {"n"}), shown("Unknown variable b. There is one path, a.", "b", 0));
  EXPECT_EQ(of("1 + foo(a)"),
            shown("Unknown function foo. The functions are sum, mean, avg, min, max and sqrt.", "1 + foo(a)", 4));
  EXPECT_EQ(of("a * * b"), shown("Unexpected token \"*\".", "a * * b", 4));
  EXPECT_EQ(of("()"), shown("Unexpected token \")\".", "()", 1));
  EXPECT_EQ(of("sum(a,)"), shown("Unexpected token \")\".", "sum(a,)", 6));
  EXPECT_EQ(of("a +"), shown("Unexpected end of expression.", "a +", 3));
  EXPECT_EQ(of("(a + b"), shown("Missing closing parenthesis.", "(a + b", 6));
  EXPECT_EQ(of("(a b)"), shown("Missing closing parenthesis.", "(a b)", 3));
  EXPECT_EQ(of("(a, b)"), shown("Missing closing parenthesis.", "(a, b)", 2));
  EXPECT_EQ(of("a + sqrt(a, b)"), shown("Function sqrt expects 1 argument.", "a + sqrt(a, b)", 4));
  EXPECT_EQ(of("sqrt()"), shown("Function sqrt expects 1 argument.", "sqrt()", 0));
  EXPECT_EQ(of(" \n"), "transform: Expression must be text.");
}

TEST(ExpressionErrors, CountFromTheTrimmedTextAndShowOneLine) {
  EXPECT_EQ(of("  a +\n$  "), shown("Invalid token at position 4.", "a + $", 4));
  EXPECT_EQ(of("a + é"), shown("Invalid token at position 4.", "a + é", 4));
  EXPECT_EQ(of("a + \xff"), shown("Invalid token at position 4.", "a + ?", 4));
}

TEST(ExpressionErrors, ALongExpressionIsShownAroundThePlace) {
  const std::string message = of(std::string(200, '+') + "a ? " + std::string(200, '+'));
  EXPECT_EQ(message, "transform: Invalid token at position 202.\n  …" + std::string(34, '+') + "a ? " +
                         std::string(34, '+') + "…\n" + std::string(39, ' ') + "^ position 202");
}

TEST(TransponderErrors, UseTheFamilysSentences) {
  EXPECT_EQ(refusal({}, "a", "r"), "transform: At least one path is required.");
  EXPECT_EQ(refusal({"", " "}, "a", "r"), "transform: At least one path is required.");
  EXPECT_EQ(refusal(Paths(27, "n"), "a", "r"), "transform: Too many paths. Maximum supported is 26.");
  EXPECT_EQ(refusal({"n"}, "a", " "), "transform: Response path is required.");
  EXPECT_THAT(refusal({"c.*"}, "a", "r"), StartsWith("transform: Wildcard paths are not supported yet."));
  EXPECT_THAT(refusal({"n"}, "a", "c.*"), StartsWith("transform: Wildcard paths are not supported yet."));
  EXPECT_THAT(refusal({"n"}, "a", "r*"), StartsWith("transform: Wildcard paths are not supported yet."));
  EXPECT_THAT(refusal({"\xff"}, "a", "r"), HasSubstr("UTF-8"));
  EXPECT_EQ(refusal({}, "$", ""), "transform: At least one path is required.") << "paths, response, wildcard, text";
  EXPECT_EQ(refusal({"*"}, "$", ""), "transform: Response path is required.");
  EXPECT_THAT(refusal({"*"}, "$", "r"), StartsWith("transform: Wildcard"));
}

TEST(TransponderPaths, BlankOnesAreLeftOutBeforeLettersAreGiven) {
  EXPECT_EQ(of("a", R"({"n":5})", {"", " n "}), "5");
  const Transponder transponder({"", " n "}, " a * 2 ", " r ");
  EXPECT_THAT(transponder.paths(), testing::ElementsAre("n"));
  EXPECT_EQ(transponder.expression(), "a * 2");
  EXPECT_EQ(transponder.response(), "r");
}

TEST(TransponderPaths, TwentySixReachZ) {
  Paths paths;
  std::string row = "{";
  std::string sum;
  for (char c = 'a'; c <= 'z'; ++c) {
    paths.push_back(std::string("p.") + c);
    row += (c == 'a' ? "" : ",") + ("\"p." + std::string(1, c)) + "\":" + std::to_string(c - 'a' + 1);
    sum += (c == 'a' ? "" : "+") + std::string(1, c);
  }
  EXPECT_EQ(of(sum, row + "}", paths), "351");
}

TEST(TransponderPaths, AnEscapedStarOrDotIsItself) {
  EXPECT_EQ(of("a + b", R"({"v1%2E2":1,"x.%2A":2})", {"v1\\.2", "x.\\*"}), "3");
  EXPECT_EQ(made({R"({"n":1})"}).transform({"n"}, "a", "v1\\.2.\\*").value(0, "v1\\.2.\\*"), Number(1));
}

TEST(ExpressionEvaluation, AnAbsentOperandMakesTheResultAbsent) {
  for (const char* row :
       {"{}", R"({"b":1})", R"({"a":null,"b":1})", R"({"a":"text","b":1})", R"({"a":{"x":1},"b":1})"}) {
    SCOPED_TRACE(row);
    for (const char* text : {"a", "a + b", "b - a", "a * 0", "b / a", "-a", "sum(a, b)", "mean(b, a)", "min(a, b)",
                             "max(b, a)", "sqrt(a)"})
      EXPECT_EQ(of(text, row), "absent") << text;
  }
  EXPECT_EQ(of("a", R"({"a":"1.5"})"), "1.5") << "numeric text is a number as stored";
}

TEST(ExpressionEvaluation, DivisionByZeroIsAbsentAndPropagates) {
  for (const char* text : {"a / 0", "0 / 0", "a / (b - b)", "a / 0 + 1", "1 / (a / 0)", "a / -0.0"})
    EXPECT_EQ(of(text), "absent") << text;
}

TEST(ExpressionEvaluation, ARootOfLessThanNothingAndEmptyCallsAreAbsent) {
  EXPECT_EQ(of("sqrt(-a)"), "absent");
  EXPECT_EQ(of("sqrt(0)"), "0");
  for (const char* text : {"sum()", "mean()", "avg( )", "min()", "max()", "a + sum()"})
    EXPECT_EQ(of(text), "absent") << text;
}

TEST(ExpressionEvaluation, WhatIsNotFiniteIsAbsent) {
  const std::string row = R"({"a":1e308,"b":-1e308})";
  EXPECT_EQ(of("a * 10", row), "absent");
  EXPECT_EQ(of("a - b", row), "absent");
  EXPECT_EQ(of("1 / (a * 10)", row), "absent") << "not 0";
  EXPECT_EQ(of("a / 0.1", row), "absent");
  EXPECT_EQ(of("max(a, b)", row), "1e+308");
}

TEST(ExpressionEvaluation, IntegersAreExact) {
  const std::string row = R"({"a":9007199254740993,"b":2})";
  EXPECT_EQ(of("a", row), "9007199254740993");
  EXPECT_EQ(of("a + b", row), "9007199254740995");
  EXPECT_EQ(of("a * 3 - a - a", row), "9007199254740993");
  EXPECT_EQ(of("9007199254740992 + 1"), "9007199254740993") << "more than a double holds";
  EXPECT_EQ(of("a * b / b", row), "9007199254740993");
  EXPECT_EQ(of("a / 3", row), "3002399751580331");
  EXPECT_EQ(of("6 / 4"), "1.5");
  EXPECT_EQ(of("0.5 + 0.5"), "1");
  EXPECT_EQ(of("1 / 3 * 3"), "1");
  EXPECT_EQ(of("10 / 3"), "3.3333333333333335");
  EXPECT_EQ(of("9223372036854775807 + 1"), "9223372036854775808");
  EXPECT_EQ(of("-9223372036854775807 - 2"), "-9223372036854775808");
  EXPECT_EQ(of("max(a, 9007199254740992)", row), "9007199254740993");
}

TEST(ExpressionEvaluation, AnEmptySeriesStaysButIsValidated) {
  EXPECT_TRUE(Series().transform({"n"}, "a", "r").empty());
  EXPECT_THROW(Series().transform({"n"}, "c", "r"), InvalidArgument);
}

TEST(ExpressionEvaluation, AConstantIsInEveryBucket) {
  EXPECT_EQ(values_of(made({"{\"n\":1}", "{}"}).transform({"n"}, "1 + 1", "two")), R"([{"n":1,"two":2},{"two":2}])");
}

TEST(TransponderResponse, CreatesMapsAndKeepsTheirOtherNames) {
  EXPECT_EQ(values_of(made({R"({"n":1,"q":{"x":2}})"}).transform({"n"}, "a", "q.w.v")),
            R"([{"n":1,"q":{"w":{"v":1},"x":2}}])");
}

TEST(TransponderResponse, ReplacesANumberOrAMap) {
  EXPECT_EQ(values_of(made({R"({"n":1})", R"({"n":2})"}).transform({"n"}, "a * 10", "n")), R"([{"n":10},{"n":20}])");
  EXPECT_EQ(values_of(made({R"({"n":1,"q":{"x":2,"y":{"z":3}},"q-1":4})"}).transform({"n"}, "a", "q")),
            R"([{"n":1,"q":1,"q-1":4}])");
}

TEST(TransponderResponse, AnAbsentResultTakesAwayWhatWasThere) {
  EXPECT_EQ(values_of(made({R"({"n":0,"r":5})", R"({"n":2,"r":6})"}).transform({"n"}, "4 / a", "r")),
            R"([{"n":0},{"n":2,"r":2}])");
  EXPECT_THAT(made({R"({"n":0,"r":5})"}).transform({"n"}, "4 / a", "r").paths(), testing::ElementsAre("n"));
}

TEST(TransponderResponse, BelowANumberTheWholeCallIsRefused) {
  const Series series = made({R"({"n":1,"q":{"x":1}})", R"({"n":1,"q":7})"});
  try {
    series.transform({"n"}, "a", "q.w.v");
    FAIL();
  } catch (const InvalidArgument& e) {
    EXPECT_STREQ(e.what(), "transform: Cannot write to response path q.w.v. There is a number at \"q\"");
  }
  EXPECT_THROW(series.transform({"n"}, "a", "q.w"), InvalidArgument) << "the last name in between counts too";
  EXPECT_EQ(values_of(series), R"([{"n":1,"q":{"x":1}},{"n":1,"q":7}])");
}

TEST(TransponderResponse, KeepsEmptyNames) {
  EXPECT_EQ(values_of(made({R"({"n":1})"}).transform({"n"}, "a", "q..w")), R"([{"n":1,"q":{"":{"w":1}}}])");
}

TEST(Transponders, AreAppliedInTheirOrder) {
  const std::vector<Transponder> transponders = {{{"revenue", "count"}, "a / b", "average"},
                                                 {{"average"}, "a * 100", "cents"}};
  EXPECT_EQ(values_of(made({R"({"revenue":5,"count":2})"}).transform(transponders)),
            R"([{"average":2.5,"cents":250,"count":2,"revenue":5}])");
  EXPECT_EQ(values_of(made({R"({"n":1})"}).transform(std::vector<Transponder>())), R"([{"n":1}])");
}

TEST(Transponders, OneServesManySeriesAndThreads) {
  const Transponder twice({"n"}, "a * 2", "r");
  std::vector<std::string> seen(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < seen.size(); ++i)
    threads.emplace_back([&, i] { seen[i] = values_of(twice(made({"{\"n\":" + std::to_string(i) + "}"}))); });
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_EQ(seen[i], "[{\"n\":" + std::to_string(i) + ",\"r\":" + std::to_string(2 * i) + "}]");
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

TEST(ExpressionRobustness, DeepNestingIsAResultOrAClearError) {
  EXPECT_EQ(of(repeated("(", 1000) + "a" + repeated(")", 1000)), "6");
  EXPECT_EQ(of(repeated("(1+", 1000) + "a" + repeated(")", 1000)), "1006");
  EXPECT_EQ(of(repeated("sum(1,b*", 1000) + "0" + repeated(")", 1000)),
            of(repeated("(1+b*", 1000) + "0" + repeated(")", 1000)));
  EXPECT_THAT(of(repeated("(", 10'000) + "a" + repeated(")", 10'000)),
              StartsWith("transform: The expression is nested more than 1000 deep.\n"));
  EXPECT_THAT(of(repeated("max(a,", 9'000) + "a" + repeated(")", 9'000)), HasSubstr("more than 1000 deep"));
  EXPECT_EQ(of(repeated("-", 10'000) + "a"), "6") << "signs don't nest";
  EXPECT_EQ(of(repeated("(a)+", 10'000) + "a"), "60006");
}

TEST(ExpressionRobustness, AMegabyteIsRefusedAtOnce) {
  EXPECT_EQ(of(repeated("a+", 524'288) + "a"), "transform: The expression has 1048577 bytes; at most 65536 are read.");
  EXPECT_EQ(of(repeated("a+", 32'767) + "a"), "196608");
  EXPECT_EQ(of("a" + repeated(" ", 1'048'576)), "6") << "of the trimmed text";
}

TEST(ExpressionRobustness, TheLongestExpressionsTakeLinearTime) {
  EXPECT_EQ(of("sum(" + repeated("a,", 32'000) + "a)"), "192006");
  EXPECT_EQ(of(repeated("1+", 32'000) + "a"), "32006");
  EXPECT_EQ(of(repeated("-", 65'000) + "a"), "6");
  EXPECT_THAT(of(repeated("9", 65'536)), StartsWith("transform: The number is too large."));
  EXPECT_EQ(of("0." + repeated("3", 65'000)), "0.3333333333333333");
  EXPECT_THAT(of(repeated("z", 65'536)).size(), testing::Lt(300U));
}

}  // namespace
