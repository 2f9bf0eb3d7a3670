#include "values/json_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace trifle::stats::detail {
namespace {

std::string nested(std::vector<std::string> names) {
  std::sort(names.begin(), names.end(), nested_before);
  std::string out;
  NestedJson json(out);
  for (std::size_t i = 0; i < names.size(); ++i) json.add(names[i], std::to_string(i));
  json.finish();
  return out;
}

TEST(NestedJson, OpensAndClosesMaps) {
  EXPECT_EQ(nested({}), "{}");
  EXPECT_EQ(nested({"a"}), R"({"a":0})");
  EXPECT_EQ(nested({"a.b", "a.c", "d"}), R"({"a":{"b":0,"c":1},"d":2})");
  EXPECT_EQ(nested({"a.b.c", "a.b.d", "a.bb.c", "a.c", "b.b.c"}),
            R"({"a":{"b":{"c":0,"d":1},"bb":{"c":2},"c":3},"b":{"b":{"c":4}}})");
  EXPECT_EQ(nested({"", "b"}), R"({"":0,"b":1})");
  EXPECT_EQ(nested({".a", "a.", "a.."}), R"({"":{"a":0},"a":{"":{"":2}}})");
}

TEST(NestedJson, ShowsTheMapWhereANameIsBoth) {
  EXPECT_EQ(nested({"a", "a.b"}), R"({"a":{"b":1}})");
  EXPECT_EQ(nested({"a", "a.b", "a.b.c", "a-b", "ab"}), R"({"a":{"b":{"c":2}},"a-b":3,"ab":4})");
}

TEST(NestedJson, SortsByLiteralNames) {
  // '$' (0x24) is stored as %24, but sorts before '%' and after '#'.
  EXPECT_EQ(nested({"%24", "#", "%25", "&"}), R"({"#":0,"$":1,"%":2,"&":3})");
  EXPECT_EQ(nested({"a%2Eb", "a-", "a0"}), R"({"a-":0,"a.b":1,"a0":2})");
  EXPECT_EQ(nested({"x%22y", "x%5Cy", "x%00"}), R"({"x\u0000":0,"x\"y":1,"x\\y":2})");
}

TEST(JsonString, EscapesWhatItMust) {
  std::string out;
  append_json_string(out, std::string("\"\\\b\f\n\r\t\x1f/é<\0", 13));
  EXPECT_EQ(out, "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f/é<\\u0000\"");
}

}  // namespace
}  // namespace trifle::stats::detail
