#include "values/stored_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trifle::stats::detail {
namespace {

std::string stored(std::string_view path) {
  std::string out;
  EXPECT_TRUE(append_stored_path(out, path)) << path;
  return out;
}

TEST(StoredName, OfAPath) {
  EXPECT_EQ(stored("count"), "count");
  EXPECT_EQ(stored("country.us"), "country.us");
  EXPECT_EQ(stored("jobs.test\\.rb"), "jobs.test%2Erb");
  EXPECT_EQ(stored("jobs.$cost"), "jobs.%24cost");
  EXPECT_EQ(stored("a\\q"), "a%5Cq");
  EXPECT_EQ(stored("a\\"), "a%5C");
  EXPECT_EQ(stored("a\\\\.b"), "a%5C.b");
  EXPECT_EQ(stored("thing\\.\\*"), "thing%2E%2A");
  EXPECT_EQ(stored("*"), "%2A");
  EXPECT_EQ(stored(".jobs..count."), ".jobs..count.");
  EXPECT_EQ(stored(""), "");
  EXPECT_EQ(stored("東京\\.rb"), "東京%2Erb");
  EXPECT_EQ(stored("line\nfeed"), "line\nfeed");
}

TEST(StoredName, OfInvalidUtf8IsRefusedAndLeavesNothing) {
  for (const std::string path : {"\xff", "a.\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\\.\x80"}) {
    std::string out = "before.";
    EXPECT_FALSE(append_stored_path(out, path));
    EXPECT_EQ(out, "before.");
    EXPECT_FALSE(is_canonical(path));
  }
}

// Names that broke the sister libraries' SQL, JSON paths or array literals.
TEST(StoredName, HostileNamesAreJustNames) {
  for (const std::string name : {"\\' || (SELECT secret)",
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
                                 "'; DROP TABLE trifle_stats; --"}) {
    std::string segment;
    append_stored_segment(segment, name);
    EXPECT_EQ(literal_segment(segment), name);
    EXPECT_EQ(segment.find_first_of("\"\\$*."), std::string::npos) << segment;
    EXPECT_TRUE(is_canonical(segment)) << segment;
    EXPECT_EQ(stored(spelled(segment)), segment);
  }
  const std::string nul("a\0b", 3);
  std::string segment;
  append_stored_segment(segment, nul);
  EXPECT_EQ(segment, "a%00b");
  EXPECT_EQ(literal_segment(segment), nul);
}

TEST(StoredName, OfEarlierGenerationsBecomesCanonical) {
  EXPECT_EQ(canonical("$cost"), "%24cost");
  EXPECT_EQ(canonical("%24cost"), "%24cost");
  EXPECT_EQ(canonical("100%"), "100%25");
  EXPECT_EQ(canonical("100%25"), "100%25");
  EXPECT_EQ(canonical("%41"), "%2541") << "an unknown code is left alone";
  EXPECT_EQ(canonical("%2e"), "%252e") << "codes are upper-case";
  EXPECT_EQ(canonical("a\\b.\"c\""), "a%5Cb.%22c%22");
  EXPECT_EQ(canonical("a.b"), "a.b");
  EXPECT_EQ(canonical(std::string_view("\0", 1)), "%00");
}

TEST(StoredName, KnowsItsOwn) {
  for (const char* name : {"", "a", "a.b", ".", "a%2Eb", "東京", "x%00", "a\nb"})
    EXPECT_TRUE(is_canonical(name)) << name;
  for (const char* name : {"$", "a*", "\"", "\\", "100%", "%2e", "%41", "%2"}) EXPECT_FALSE(is_canonical(name)) << name;
  EXPECT_FALSE(is_canonical(std::string_view("\0", 1)));
}

TEST(StoredName, ChecksUtf8) {
  for (const char* text : {"", "plain ascii, long enough for a word at a time", "é", "東京", "😀", "\xf4\x8f\xbf\xbf",
                           "\xed\x9f\xbf", "\xee\x80\x80", "seven77é", "eight888é and more"}) {
    EXPECT_TRUE(valid_utf8(text)) << text;
  }
  for (const char* text : {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                           "\xf5\x80\x80\x80", "\xe6\x9d", "\xc3(", "\xe6\x9d(", "abcdefgh\xff"}) {
    EXPECT_FALSE(valid_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace trifle::stats::detail
