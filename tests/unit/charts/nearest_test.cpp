#include "output/nearest.hpp"

#include <gmock/gmock.h>

namespace {

using ::testing::ElementsAre;
using trifle::cli::edit_distance;
using trifle::cli::nearest;
using trifle::cli::nearest_text;

TEST(Nearest, CountsEdits) {
  EXPECT_EQ(edit_distance("count", "count"), 0u);
  EXPECT_EQ(edit_distance("count", "Count"), 0u);
  EXPECT_EQ(edit_distance("cuont", "count"), 1u);  // two letters swapped
  EXPECT_EQ(edit_distance("coun", "count"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Nearest, PutsTheMostLikeFirst) {
  const std::vector<std::string> names{"bytes", "count", "country.us", "status.404"};
  EXPECT_THAT(nearest("coutn", names, 2), ElementsAre("count", "bytes"));
  EXPECT_THAT(nearest("country", names, 1), ElementsAre("country.us"));  // what it begins
  EXPECT_THAT(nearest("404", names, 1), ElementsAre("status.404"));      // the last name of it
}

TEST(Nearest, SaysHowManyItLeftOut) {
  EXPECT_EQ(nearest_text("x", {"a", "b", "c"}, 2), "a, b, and 1 more");
  EXPECT_EQ(nearest_text("x", {"a\x1b"}, 2), "a\\x1b");
}

}  // namespace
