#include <gmock/gmock.h>

#include <sstream>

#include "program.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using trifle::test::Folder;

std::size_t widest(const std::string& text) {
  std::istringstream lines(text);
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);) {
    std::size_t columns = 0;
    for (const char c : line) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80 && c != '\r' ? 1 : 0;
    width = std::max(width, columns);
  }
  return width;
}

class Plot : public testing::Test {
 protected:
  void SetUp() override {
    std::string lines;
    for (int hour = 0; hour < 6; ++hour) {
      if (hour == 2) continue;  // absent
      const int value = hour == 3 ? 0 : hour * 10;
      lines += R"({"key":"k","at":)" + std::to_string(1784073600 + hour * 3600) + R"(,"values":{"count":)" +
               std::to_string(value) + R"(,"temp":)" + std::to_string(hour - 3) + "}}\n";
    }
    ASSERT_EQ(folder_.trifle({"track", "-", "--db", "s.db"}, {.input = lines}).code, 0);
  }

  std::vector<std::string> plot(std::vector<std::string> words, const char* to = "2026-07-15T05:00:00Z") const {
    words.insert(words.begin(), {"plot", "k"});
    words.insert(words.end(), {"--db", "s.db", "--from", "2026-07-15T00:00:00Z", "--to", to});
    return words;
  }

  Folder folder_;
};

TEST_F(Plot, DrawsColumnsOverAScale) {
  const auto run = folder_.trifle(plot({"--width", "40", "--height", "5"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out,
            "k count, 1h, GMT\n"
            "50 ┤                              █████\n"
            "   │                        █████ █████\n"
            "   │                        █████ █████\n"
            "   │                        █████ █████\n"
            "   │_____ █████       _____ █████ █████\n"
            " 0 └────────────────────────────────────\n"
            "    07-15 00:00       07-15 03:00\n");
}

TEST_F(Plot, DrawsAsciiWhereTheLocaleHasNoBlocks) {
  const auto asked = folder_.trifle(plot({"--width", "40", "--height", "5", "--ascii"}));
  const auto c = folder_.trifle(plot({"--width", "40", "--height", "5"}), {.environment = {{"LC_ALL", "C"}}});
  EXPECT_EQ(asked.out, c.out);
  EXPECT_THAT(asked.out, HasSubstr("#####"));
  for (const char byte : asked.out) EXPECT_GE(byte, 0);
}

TEST_F(Plot, ShowsNegativeNumbersBelowZero) {
  const auto run = folder_.trifle(plot({"temp", "--width", "40", "--height", "5", "--ascii"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("-"));
  EXPECT_THAT(run.out, HasSubstr(" 0 +"));
}

TEST_F(Plot, FitsTheWidth) {
  for (const int width : {20, 33, 80, 200}) {
    const auto run =
        folder_.trifle(plot({"--granularity", "1m", "--width", std::to_string(width)}, "2026-07-17T05:00:00Z"));
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_LE(widest(run.out), static_cast<std::size_t>(width));
    if (width > 20) {
      EXPECT_THAT(run.out, HasSubstr("per column"));
    }
  }
  EXPECT_LE(widest(folder_.trifle(plot({"--granularity", "1m"})).out), 80u);
  EXPECT_LE(widest(folder_.trifle(plot({"--granularity", "1m"}), {.terminal = true}).out), 60u);
  EXPECT_LE(widest(folder_.trifle(plot({"--granularity", "1m"}), {.environment = {{"COLUMNS", "50"}}}).out), 50u);
}

TEST_F(Plot, MergesBucketsAsAsked) {
  // 6 buckets in 4 columns of the narrowest chart would do; minutes make it many.
  const auto scale = [&](const char* how) {
    return folder_.trifle(plot({"--granularity", "1m", "--width", "30", "--merge", how, "--height", "3"})).out;
  };
  EXPECT_THAT(scale("sum"), HasSubstr("sum of"));
  EXPECT_THAT(scale("max"), HasSubstr("max of"));
  EXPECT_THAT(scale("mean"), HasSubstr("mean of"));
  EXPECT_EQ(folder_.trifle(plot({"--merge", "median"})).code, 2);
}

TEST_F(Plot, OneChartPerPathAndClearErrors) {
  const auto two = folder_.trifle(plot({"count", "temp"}));
  EXPECT_THAT(two.out, HasSubstr("k count, 1h"));
  EXPECT_THAT(two.out, HasSubstr("\n\nk temp, 1h"));
  const auto path = folder_.trifle(plot({"nope"}));
  EXPECT_EQ(path.code, 1);
  EXPECT_THAT(path.err, HasSubstr("no number at path nope; there are count, temp"));
  const auto key = folder_.trifle({"plot", "nope", "--db", "s.db"});
  EXPECT_EQ(key.code, 1);
  EXPECT_THAT(key.err, HasSubstr("nothing of nope between"));
  EXPECT_EQ(folder_.trifle(plot({"--width", "5"})).code, 2);
  EXPECT_EQ(folder_.trifle(plot({"--height", "1"})).code, 2);
}

}  // namespace
