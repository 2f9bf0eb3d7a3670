#include <trifle/stats/path.hpp>

#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>

namespace trifle::stats {
namespace {

TEST(Path, TellsWildcardsFromStars) {
  EXPECT_TRUE(Path("a.*").has_wildcard());
  EXPECT_FALSE(Path("a.\\*").has_wildcard());
  EXPECT_FALSE(Path("a.b*").has_wildcard());
  EXPECT_TRUE(Path("a.b*").segments()[1].unescaped_star);
  EXPECT_FALSE(Path("a.\\**").segments()[1].wildcard) << "an escaped and an unescaped star";
}

TEST(Path, EscapesOneName) {
  EXPECT_EQ(Path::escape("v1.2"), "v1\\.2");
  for (const char* name : {"v1.2", "*", "a\\", "\\.", "plain"}) {
    const Path path(Path::escape(name));
    ASSERT_EQ(path.segments().size(), 1U);
    EXPECT_EQ(path.segments()[0].name, name);
    EXPECT_FALSE(path.has_wildcard());
  }
}

TEST(Path, ReadsItsStoredForm) {
  const Path path = Path::from_stored("jobs.test%2Erb.%2A");
  EXPECT_EQ(path.to_string(), "jobs.test\\.rb.\\*");
  EXPECT_EQ(path.stored(), "jobs.test%2Erb.%2A");
  EXPECT_EQ(path, Path("jobs.test\\.rb.\\*"));
  EXPECT_TRUE(Path::from_stored("").empty());
}

TEST(Path, KeepsEmptyNames) {
  EXPECT_EQ(Path(".a.").segments().size(), 3U);
  EXPECT_EQ(Path(".").segments().size(), 2U);
  EXPECT_TRUE(Path("").empty());
  EXPECT_EQ(Path(".a.").to_string(), ".a.");
}

TEST(Path, RefusesInvalidUtf8) { EXPECT_THROW(Path("a.\xff"), InvalidArgument); }

}  // namespace
}  // namespace trifle::stats
