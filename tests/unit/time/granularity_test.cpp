#include <trifle/stats/error.hpp>
#include <trifle/stats/granularity.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trifle::stats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Unit = Granularity::Unit;

TEST(Granularity, reads_every_unit_and_prints_it_back) {
  const std::pair<const char*, Unit> units[] = {{"s", Unit::Second},  {"m", Unit::Minute}, {"h", Unit::Hour},
                                                {"d", Unit::Day},     {"w", Unit::Week},   {"mo", Unit::Month},
                                                {"q", Unit::Quarter}, {"y", Unit::Year}};
  for (const auto& [name, unit] : units) {
    for (const int count : {1, 15, 999'999'999}) {
      const std::string text = std::to_string(count) + name;
      const Granularity granularity(text);
      EXPECT_EQ(granularity.count(), count);
      EXPECT_EQ(granularity.unit(), unit);
      EXPECT_EQ(granularity.to_string(), text);
    }
  }
}

TEST(Granularity, sixty_minutes_are_not_an_hour) {
  EXPECT_EQ(Granularity("1h"), Granularity("1h"));
  EXPECT_NE(Granularity("60m"), Granularity("1h"));
  EXPECT_NE(Granularity("1m"), Granularity("1mo"));
}

TEST(Granularity, refuses_what_is_not_one) {
  for (const std::string text : {"",
                                 "h",
                                 "1",
                                 "0h",
                                 "00h",
                                 "01h",
                                 "1x",
                                 "1H",
                                 "1M",
                                 "1MO",
                                 "1mon",
                                 "1 h",
                                 " 1h",
                                 "1h ",
                                 "+1h",
                                 "-1h",
                                 "1.5h",
                                 "0x1h",
                                 "1hh",
                                 "1000000000s",
                                 "2147483648s",
                                 "4294967297s",
                                 "99999999999999999999h",
                                 "1h1m",
                                 "１h"})
    EXPECT_THROW(Granularity{text}, InvalidArgument) << text;
  EXPECT_THROW(Granularity(std::string_view("1h\0", 3)), InvalidArgument);
}

TEST(Granularity, tells_what_was_given_and_what_is_allowed) {
  EXPECT_THAT([] { Granularity("1x"); },
              ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("granularity"), HasSubstr("\"1x\""),
                                                   HasSubstr("unknown unit"), HasSubstr("s, m, h, d, w, mo, q, y"))));
  EXPECT_THAT([] { Granularity("0h"); }, ThrowsMessage<InvalidArgument>(HasSubstr("zero")));
  EXPECT_THAT([] { Granularity("99999999999999999999h"); }, ThrowsMessage<InvalidArgument>(HasSubstr("too large")));
  EXPECT_THAT([] { Granularity("5"); }, ThrowsMessage<InvalidArgument>(HasSubstr("no unit")));
  EXPECT_THAT([] { Granularity("\x1b[31m"); }, ThrowsMessage<InvalidArgument>(HasSubstr("\\x1b[31m")));
}

}  // namespace
}  // namespace trifle::stats
