#include "values/row_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

using testing::HasSubstr;

std::string incremented(std::string_view stored, std::vector<Field> increments) {
  std::string out = "what was there before";
  const auto fault = merge_row(stored, increments, {}, out);
  return fault ? "fault: " + fault->reason : out;
}

std::string asserted(std::string_view stored, std::vector<Field> sets) {
  std::string out;
  const auto fault = merge_row(stored, {}, sets, out);
  return fault ? "fault: " + fault->reason : out;
}

TEST(WriteRow, IsOneFlatObject) {
  const Field increments[] = {{"country.us", 1}, {"count", 3.0}};
  const Field sets[] = {{"price", 0.1}, {"a\nb", 2}};
  std::string out = "old";
  write_row(increments, sets, out);
  EXPECT_EQ(out, R"({"country.us":1,"count":3,"price":0.1,"a\nb":2})");
  write_row({}, {}, out);
  EXPECT_EQ(out, "{}");
}

TEST(MergeRow, AddsAndAppends) {
  EXPECT_EQ(incremented(R"({"count":3,"duration":2.5})", {{"count", 1}, {"duration", 0.25}, {"new", 7}}),
            R"({"count":4,"duration":2.75,"new":7})");
  EXPECT_EQ(incremented(R"({"b":1,"a":2})", {{"a", 1}, {"b", 1}}), R"({"b":2,"a":3})");
  EXPECT_EQ(incremented("{}", {{"a", 1}}), R"({"a":1})");
  EXPECT_EQ(incremented(R"({"a":1})", {}), R"({"a":1})");
}

TEST(MergeRow, Sets) {
  EXPECT_EQ(asserted(R"({"a":1,"b":2.5})", {{"b", 7}, {"c", 0.5}}), R"({"a":1,"b":7,"c":0.5})");
  std::string out;
  const Field increment{"a", 1};
  const Field set{"b", 5};
  ASSERT_FALSE(merge_row(R"({"b":1,"a":1})", {&increment, 1}, {&set, 1}, out));
  EXPECT_EQ(out, R"({"b":5,"a":2})");
}

TEST(MergeRow, KeepsTheBytesOfWhatItDoesntTouch) {
  EXPECT_EQ(incremented(R"({"x":6.0,"a":1,"y":123456789.12345679,"z":2.0e+21,"t":"5","n":null,"l":[1, {}],"b":true})",
                        {{"a", 1}}),
            R"({"x":6.0,"a":2,"y":123456789.12345679,"z":2.0e+21,"t":"5","n":null,"l":[1, {}],"b":true})");
  // The same on the strict way, which the nested member makes necessary.
  EXPECT_EQ(incremented(R"({"x":6.0,"m":{"a":1,"t":"\u00e9","l":[1, {}]}})", {{"m.a", 1}}),
            R"({"x":6.0,"m.a":2,"m.t":"\u00e9","m.l":[1, {}]})");
}

TEST(MergeRow, AddsToEverySpellingOfANumber) {
  for (const char* three : {"3", "3.0", "3.0000000000", "3e0", "30e-1", "0.3e1", "\"3\"", "\"0.3e1\"", "\"+3\"",
                            "\"3.0\"", R"("\u0033")"}) {
    const std::string row = std::string(R"({"v":)") + three + "}";
    EXPECT_EQ(incremented(row, {{"v", 2}}), R"({"v":5})") << three;
  }
  EXPECT_EQ(incremented(R"({"v":2.0e+21})", {{"v", 1e21}}), R"({"v":3e+21})");
  EXPECT_EQ(incremented(R"({"v":2.0e-07})", {{"v", 1e-7}}), R"({"v":3e-07})");
  EXPECT_EQ(incremented(R"({"v":-2})", {{"v", 0.5}}), R"({"v":-1.5})");
}

TEST(MergeRow, IsExactWhereDoublesAreNot) {
  EXPECT_EQ(incremented(R"({"v":9007199254740993})", {{"v", 9007199254740993}}), R"({"v":18014398509481986})");
  EXPECT_EQ(incremented(R"({"v":9223372036854775806})", {{"v", 1}}), R"({"v":9223372036854775807})");
  EXPECT_EQ(incremented(R"({"v":9223372036854775807})", {{"v", 1}}), R"({"v":9223372036854775808})");
  EXPECT_EQ(incremented(R"({"v":0.1})", {{"v", 0.2}}), R"({"v":0.30000000000000004})");
  EXPECT_EQ(incremented(R"({"v":0.30000000000000004})", {{"v", -0.2}}), R"({"v":0.10000000000000003})");
}

TEST(MergeRow, JoinsFlatAndNestedFormsOfOnePath) {
  EXPECT_EQ(incremented(R"({"count":3,"country.de":2,"country.us":1,"duration":7.5,"country":{"de":4,"us":2}})",
                        {{"count", 1}, {"country.us", 1}}),
            R"({"count":4,"country.de":6,"country.us":4,"duration":7.5})");
  EXPECT_EQ(incremented(R"({"a.b":5,"a":{"b":2}})", {}), R"({"a.b":7})");
  EXPECT_EQ(incremented(R"({"a":{"b":{"c":1},"b.c":2},"a.b":{"c":3},"a.b.c":4})", {{"a.b.c", 10}}), R"({"a.b.c":20})");
  EXPECT_EQ(incremented(R"({"a":{},"b":{"c":{}}})", {}), "{}") << "empty objects hold nothing";
}

TEST(MergeRow, JoinsDuplicatesAndOlderSpellings) {
  EXPECT_EQ(incremented(R"({"b":5,"a":1,"a":2})", {{"b", 1}}), R"({"b":6,"a":3})");
  EXPECT_EQ(incremented(R"({"a":1,"a":2})", {{"a", 1}}), R"({"a":4})");
  EXPECT_EQ(incremented(R"({"a\u003cb":1,"a<b":1})", {{"a<b", 1}}), R"({"a<b":3})");
  EXPECT_EQ(incremented(R"({"\u00e9":1,"é":2})", {{"é", 1}}), R"({"é":4})");
  EXPECT_EQ(incremented(R"({"$cost":1,"%24cost":2})", {{"%24cost", 1}}), R"({"%24cost":4})");
  EXPECT_EQ(incremented(R"({"a\"b":1,"a\"b":1,"a\\b":1})", {{"a%22b", 1}, {"a%5Cb", 1}}), R"({"a%22b":3,"a%5Cb":2})");
  EXPECT_EQ(incremented(R"({"a\nb":1,"a\nb":1})", {{"a\nb", 1}}), R"({"a\nb":3})");
  EXPECT_EQ(incremented(R"({"n\u0000":1})", {{"n%00", 1}}), R"({"n%00":2})");
  EXPECT_EQ(incremented(R"({"\ud83d\ude00":1,"*":1,"100%":1})", {{"😀", 1}}), R"({"😀":2,"%2A":1,"100%25":1})");
}

TEST(MergeRow, FindsManyDuplicates) {
  std::string row = "{";
  for (int i = 0; i < 500; ++i) row += "\"n" + std::to_string(i) + "\":1,";
  row += R"("x":1,"n250":1})";
  const std::string merged = incremented(row, {{"x", 1}});
  EXPECT_THAT(merged, HasSubstr(R"("n250":2,)"));
  EXPECT_THAT(merged, HasSubstr(R"("x":2})"));
}

TEST(MergeRow, LeavesThatAreNoNumbersStayUntilWritten) {
  EXPECT_EQ(incremented(R"({"t":"text","n":null,"y":true,"l":[1]})", {{"t", 1}, {"n", 2}, {"y", 3}, {"l", 4}}),
            R"({"t":1,"n":2,"y":3,"l":4})");
  EXPECT_EQ(asserted(R"({"t":"text","u":"other"})", {{"t", 1}}), R"({"t":1,"u":"other"})");
  EXPECT_EQ(incremented(R"({"a":"text","a":2})", {}), R"({"a":2})");
}

TEST(MergeRow, ANumberAndAMapOfOneNameLiveSideBySide) {
  EXPECT_EQ(incremented(R"({"a":1})", {{"a.b", 1}}), R"({"a":1,"a.b":1})");
  EXPECT_EQ(incremented(R"({"a":{"b":1}})", {{"a", 1}}), R"({"a.b":1,"a":1})");
}

TEST(MergeRow, EveryHostileNameFindsItselfAgain) {
  for (const std::string literal : {"\\' || (SELECT secret)",
                                    "a\"b",
                                    "a\\b",
                                    "a\\",
                                    "a,b",
                                    "{",
                                    "}",
                                    "{a}",
                                    " a ",
                                    "null",
                                    "a[0]",
                                    "a[",
                                    ".a",
                                    "a.",
                                    "",
                                    "a\nb",
                                    "<b>&",
                                    "it's",
                                    "ü",
                                    "$x",
                                    "%2E",
                                    "*",
                                    "service.latency",
                                    "\x01",
                                    "\x7f",
                                    "a\":1,\"b"}) {
    std::string name;
    append_stored_segment(name, literal);
    const Field field{name, 1};
    std::string row;
    write_row({&field, 1}, {}, row);
    std::string out;
    for (int i = 0; i < 2; ++i) {
      ASSERT_FALSE(merge_row(row, {&field, 1}, {}, out)) << literal;
      row = out;
    }
    const Field three{name, 3};
    write_row({&three, 1}, {}, out);
    EXPECT_EQ(row, out) << literal;
  }
}

TEST(MergeRow, TakesSpaceAnywhere) {
  EXPECT_EQ(incremented(" {\"a\": 1, \"b\": 2}\n", {{"b", 1}}), R"({"a": 1, "b": 3})");
  EXPECT_EQ(incremented(" { \"a\" : 1 , \"b\" : 2 } ", {{"a", 1}, {"c", 1}}), R"({ "a" : 2 , "b" : 2 ,"c":1})");
  EXPECT_EQ(incremented("{ }", {{"a", 1}}), R"({"a":1})");
}

TEST(MergeRow, RefusesAnInfiniteSumByName) {
  const double huge = 1.7976931348623157e308;
  std::string out;
  const Field field{"a%2Eb.c", huge};
  const auto fault = merge_row(R"({"a%2Eb.c":1.7976931348623157e308})", {&field, 1}, {}, out);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, RowFault::Kind::Infinite);
  EXPECT_THAT(fault->reason, HasSubstr("\"a\\.b.c\""));
  const auto duplicates = merge_row(R"({"v":1.7976931348623157e308,"v":1.7976931348623157e308})", {}, {}, out);
  ASSERT_TRUE(duplicates);
  EXPECT_EQ(duplicates->kind, RowFault::Kind::Infinite);
}

TEST(MergeRow, RefusesWhatCantBeRead) {
  for (const std::string row : {"",
                                " ",
                                "null",
                                "5",
                                "[1]",
                                "{",
                                "}",
                                "{}}",
                                "{\"v\":Inf}",
                                "{\"v\":NaN}",
                                "{\"v\":}",
                                "{\"v\"}",
                                "{\"v\":1,}",
                                "{,}",
                                "{\"v\":1}x",
                                "{\"v\":1}{}",
                                "{\"v\":01}",
                                "{\"v\":+1}",
                                "{\"v\":-}",
                                "{\"v\":1.}",
                                "{\"v\":.5}",
                                "{\"v\":1e}",
                                "{\"v\":1e999}",
                                "{\"v\":-1e999}",
                                "{v:1}",
                                "{'v':1}",
                                "{\"v:1}",
                                "{\"v\":\"}",
                                "{\"v\":tru}",
                                "{\"v\":truex}",
                                "{\"v\" 1}",
                                "{\"v\":1 \"w\":2}",
                                "{\"a\nb\":1}",
                                "{\"\\x\":1}",
                                "{\"\\ud83d\":1}",
                                "{\"\\ude00\":1}",
                                "{\"\\u12g4\":1}",
                                "{\"\xff\":1}",
                                "{\"v\":\"\xc3\"}",
                                "{\"v\":[1,]}",
                                "{\"v\":[1}",
                                "{\"v\":{\"w\":1}"}) {
    for (const char* name : {"v", "a\nb", "other"}) {
      const Field field{name, 1};
      std::string out;
      const auto fault = merge_row(row, {&field, 1}, {}, out);
      ASSERT_TRUE(fault) << row << " became " << out;
      EXPECT_EQ(fault->kind, RowFault::Kind::Corrupt) << row;
      EXPECT_THAT(fault->reason, HasSubstr("at byte")) << row;
    }
  }
}

TEST(MergeRow, RefusesEndlessNestingButNotDeepNesting) {
  const auto nested = [](std::size_t depth) {
    std::string row;
    for (std::size_t i = 0; i < depth; ++i) row += "{\"a\":";
    return row + "1" + std::string(depth, '}');
  };
  EXPECT_THAT(incremented(nested(500), {}), HasSubstr("a.a.a"));
  EXPECT_THAT(incremented(nested(100'000), {}), HasSubstr("nested too deeply"));
  EXPECT_THAT(incremented("{\"a\":" + std::string(100'000, '['), {}), HasSubstr("fault"));
}

TEST(MergeRow, FindsChangesInAnyOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("name" + std::to_string(i));
  std::vector<Field> fields;
  for (const auto& name : names) fields.push_back({name, 1});
  std::string row;
  write_row(fields, {}, row);
  const std::vector<Field> backwards(fields.rbegin(), fields.rend());
  std::string out;
  ASSERT_FALSE(merge_row(row, backwards, {}, out));
  ASSERT_FALSE(merge_row(out, std::span(fields).first(150), std::span(fields).last(150), row));
  for (int i = 0; i < 300; ++i) {
    EXPECT_THAT(row, HasSubstr('"' + names[static_cast<std::size_t>(i)] + (i < 150 ? "\":3" : "\":1")));
  }
}

}  // namespace
}  // namespace trifle::stats::detail
