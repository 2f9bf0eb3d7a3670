#include <trifle/stats/payload.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>

namespace trifle::stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> paths(const Payload& payload) {
  std::vector<std::string> names;
  for (const auto& item : payload.items()) names.push_back(item.path + "=" + item.number.to_string());
  return names;
}

TEST(Payload, TakesTheThreeSpellings) {
  Payload built;
  built.add("count", 1).add("country.us", 2.5);
  EXPECT_THAT(paths({{"count", 1}, {"country", {{"us", 2.5}}}}), ElementsAre("count=1", "country.us=2.5"));
  EXPECT_THAT(paths({{"count", 1}, {"country.us", 2.5}}), ElementsAre("count=1", "country.us=2.5"));
  EXPECT_THAT(paths(built), ElementsAre("count=1", "country.us=2.5"));
}

TEST(Payload, NestsAsDeepAsItIsWritten) {
  EXPECT_THAT(paths({{"a", {{"b", {{"c", {{"d", 1}, {"e.f", 2}}}}}, {"g", 3}}}, {"h", 4}}),
              ElementsAre("a.b.c.d=1", "a.b.c.e.f=2", "a.g=3", "h=4"));
}

TEST(Payload, ReadsEachNameByItself) {
  // Joined as text first, the backslash would take the dot.
  EXPECT_THAT(paths({{"a\\", {{"b", 1}}}}), ElementsAre("a%5C.b=1"));
  EXPECT_THAT(paths({{"a\\.", {{"b", 1}}}}), ElementsAre("a%2E.b=1"));
  EXPECT_THAT(paths({{"status", {{"v1\\.2", 1}}}}), ElementsAre("status.v1%2E2=1"));
}

TEST(Payload, KeepsEmptyNames) {
  EXPECT_THAT(paths({{"", 1}}), ElementsAre("=1"));
  EXPECT_THAT(paths({{"a", {{"", 1}}}}), ElementsAre("a.=1"));
  EXPECT_THAT(paths({{"", {{"a", 1}}}}), ElementsAre(".a=1"));
}

TEST(Payload, KeepsANameGivenAtRunTimeInOnePiece) {
  Payload payload;
  payload.add("status." + Path::escape("a.b*c\\d"), 1);
  EXPECT_THAT(paths(payload), ElementsAre("status.a%2Eb%2Ac%5Cd=1"));
}

TEST(Payload, RefusesAnEmptyMapByName) {
  EXPECT_THAT(([] {
                Payload payload{{"count", 1}, {"country", {{"eu\\.west", std::initializer_list<Entry>{}}}}};
              }),
              ThrowsMessage<InvalidArgument>(HasSubstr("\"country.eu\\.west\" is empty")));
}

TEST(Payload, RefusesInvalidUtf8AndStaysAsItWas) {
  EXPECT_THROW((Payload{{"a", {{"\xff", 1}}}}), InvalidArgument);
  Payload payload;
  payload.add("a", 1);
  EXPECT_THROW(payload.add("\xc3", 1), InvalidArgument);
  EXPECT_EQ(payload.size(), 1U);
}

}  // namespace
}  // namespace trifle::stats
