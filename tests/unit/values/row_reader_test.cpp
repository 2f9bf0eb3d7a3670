#include "values/row_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trifle::stats::detail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> read(RowReader& reader, std::string_view text) {
  std::vector<std::string> found;
  const auto fault = reader.read(text, [&](std::uint32_t column, Number number) {
    found.push_back(reader.names()[column] + '=' + number.to_string() + (number.is_integer() ? "" : "d"));
  });
  if (fault) {
    EXPECT_THAT(found, IsEmpty()) << "nothing of a broken row";
    found = {fault->reason};
  }
  return found;
}

TEST(RowReader, HandsOutEveryNumber) {
  RowReader reader;
  EXPECT_THAT(read(reader, R"({"count":3,"country.us":1,"duration":2.5})"),
              ElementsAre("count=3", "country.us=1", "duration=2.5d"));
  EXPECT_THAT(read(reader, "{}"), IsEmpty());
  EXPECT_THAT(read(reader, " { } "), IsEmpty());
  EXPECT_THAT(reader.names(), ElementsAre("count", "country.us", "duration"));
}

TEST(RowReader, FollowsRowsThatChangeTheirOrder) {
  RowReader reader;
  for (int round = 0; round < 3; ++round) {
    EXPECT_THAT(read(reader, R"({"a":1,"b":2,"c":3})"), ElementsAre("a=1", "b=2", "c=3"));
    EXPECT_THAT(read(reader, R"({"a":1,"c":3})"), ElementsAre("a=1", "c=3"));
    EXPECT_THAT(read(reader, R"({"c":3,"a":1,"bb":4,"b":2})"), ElementsAre("c=3", "a=1", "bb=4", "b=2"));
    EXPECT_THAT(read(reader, R"({"b":2,"ab":5})"), ElementsAre("b=2", "ab=5"));
    EXPECT_THAT(read(reader, R"({"":6})"), ElementsAre("=6"));
  }
}

TEST(RowReader, ReadsEverySpelling) {
  RowReader reader;
  EXPECT_THAT(read(reader, R"({"a":6.0,"b":2.0e+21,"c":2.0e-07,"d":3.0000000000,"e":12.0,"f":1e+21,"g":"0.15e1"})"),
              ElementsAre("a=6", "b=2e+21d", "c=2e-07d", "d=3", "e=12", "f=1e+21d", "g=1.5d"));
  EXPECT_THAT(read(reader, R"({"a":9007199254740993,"b":9223372036854775807,"c":-9223372036854775808,"d":-0.0})"),
              ElementsAre("a=9007199254740993", "b=9223372036854775807", "c=-9223372036854775808", "d=0"));
  EXPECT_THAT(read(reader, R"({"a":9007199254740993.5,"b":0.30000000000000004,"c":123456789.12345679,"d":-12.75})"),
              ElementsAre("a=9007199254740994d", "b=0.30000000000000004d", "c=123456789.12345679d", "d=-12.75d"));
}

TEST(RowReader, TakesOneColumnForEverySpellingOfAName) {
  RowReader reader;
  EXPECT_THAT(read(reader, R"({"a\u003cb":1,"a<b":2})"), ElementsAre("a<b=1", "a<b=2"));
  EXPECT_THAT(read(reader, R"({"\u00e9":1,"é":2})"), ElementsAre("é=1", "é=2"));
  EXPECT_THAT(read(reader, R"({"$cost":1,"%24cost":2})"), ElementsAre("%24cost=1", "%24cost=2"));
  EXPECT_THAT(read(reader, R"({"a.b":5,"a":{"b":2}})"), ElementsAre("a.b=5", "a.b=2"));
  EXPECT_THAT(read(reader, R"({"x\"y":1,"x":2,"x\\":3})"), ElementsAre("x%22y=1", "x=2", "x%5C=3"));
  EXPECT_EQ(reader.names().size(), 7U);
}

TEST(RowReader, LeavesOutWhatIsNoNumber) {
  RowReader reader;
  EXPECT_THAT(read(reader, R"({"t":"text","n":null,"y":true,"f":false,"l":[1,{"x":2}],"e":{},"a":1,"q":"\""})"),
              ElementsAre("a=1"));
  EXPECT_THAT(reader.names(), ElementsAre("a"));
}

TEST(RowReader, RefusesWhatCantBeReadAndGoesOn) {
  RowReader reader;
  EXPECT_THAT(read(reader, R"({"v":1,"w":2})"), ElementsAre("v=1", "w=2"));
  for (const std::string row :
       {"", "[]", "{\"v\":Inf}", "{\"v\":1e999}", "{\"v\":1,\"w\":2", "{\"v\":1}}", "{\"v\":1,\"w\"}",
        "{\"v\":1\"w\":2}", "{\"v\":1,}", "{\"\xff\":1}", "{\"v\":012}", "{\"v\":1,\"w\":}"}) {
    EXPECT_THAT(read(reader, row), ElementsAre(testing::HasSubstr("at byte"))) << row;
    EXPECT_THAT(read(reader, R"({"v":1,"w":2})"), ElementsAre("v=1", "w=2"));
  }
}

TEST(RowReader, KnowsThousandsOfNames) {
  RowReader reader;
  std::string row = "{";
  for (int i = 0; i < 5000; ++i) row += (i > 0 ? ",\"n" : "\"n") + std::to_string(i) + "\":" + std::to_string(i);
  row += '}';
  for (int round = 0; round < 2; ++round) {
    std::size_t count = 0;
    ASSERT_FALSE(reader.read(row, [&](std::uint32_t column, Number number) {
      EXPECT_EQ(reader.names()[column], "n" + number.to_string());
      ++count;
    }));
    EXPECT_EQ(count, 5000U);
  }
}

TEST(RowReader, CanBeMoved) {
  RowReader first;
  EXPECT_THAT(read(first, R"({"a":1,"b":2})"), ElementsAre("a=1", "b=2"));
  RowReader second = std::move(first);
  EXPECT_THAT(read(second, R"({"b":2,"a":1})"), ElementsAre("b=2", "a=1"));
  EXPECT_THAT(second.names(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace trifle::stats::detail
