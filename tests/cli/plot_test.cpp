#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "program.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
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
            " 0 └┬─────────────────┬─────────────────\n"
            "    00:00             03:00\n"
            "    Wed 15 Jul 2026\n");
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

TEST_F(Plot, SeveralPathsInAWordShareAChart) {
  const auto run = folder_.trifle(plot({"count,temp", "--width", "40", "--height", "5", "--ascii"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("k, 1h, GMT\n* count  + temp\n"));
  EXPECT_THAT(folder_.trifle(plot({"*", "--ascii"})).out, HasSubstr("* count  + temp\n"));
  EXPECT_THAT(folder_.trifle(plot({"count,temp", "--bars", "--ascii"})).out, HasSubstr("# count  = temp\n"));
  EXPECT_THAT(folder_.trifle(plot({"count,temp", "--spark"})).out, HasSubstr("count  ▁▂ ▁▇█  0 to 50, last 50\n"));
}

TEST_F(Plot, ALineHasAGapWhereNothingIs) {
  const auto run = folder_.trifle(plot({"count", "--line", "--width", "40", "--height", "4", "--ascii"}));
  EXPECT_EQ(run.out,
            "k count, 1h, GMT\n"
            "50 +                              ****\n"
            "   |                          ****\n"
            "   |      ****             ***\n"
            "   |   ***               **\n"
            " 0 ++-----------------+-----------------\n"
            "    00:00             03:00\n"
            "    Wed 15 Jul 2026\n");
}

TEST_F(Plot, DrawsHoursByWeekday) {
  const auto run = folder_.trifle(plot({"count", "--heat", "--width", "60", "--ascii"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Wed . --  . ####\n"));
  EXPECT_THAT(run.out, HasSubstr("most: Wed 05:00 50\n"));
  const auto coarse = folder_.trifle(plot({"count", "--heat", "--granularity", "1d"}));
  EXPECT_EQ(coarse.code, 2);
  EXPECT_EQ(folder_.trifle(plot({"count", "--heat", "--width", "27"})).code, 2);
  EXPECT_LE(widest(folder_.trifle(plot({"count", "--heat", "--width", "28"})).out), 28u);
  EXPECT_THAT(coarse.err, HasSubstr("--heat needs buckets of an hour or less: --granularity 1h, and not 1d"));
}

TEST_F(Plot, ColoursOnlyATerminalThatWantsThem) {
  const auto colours = [&](const trifle::test::Setting& setting) {
    return folder_.trifle(plot({"count,temp"}), setting).out.find('\x1b') != std::string::npos;
  };
  EXPECT_TRUE(colours({.environment = {{"TERM", "xterm"}}, .terminal = true}));
  EXPECT_FALSE(colours({.environment = {{"TERM", "xterm"}}}));
  EXPECT_FALSE(colours({.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, .terminal = true}));
  EXPECT_FALSE(colours({.environment = {{"TERM", "dumb"}}, .terminal = true}));
  EXPECT_FALSE(colours({.terminal = true}));
  EXPECT_TRUE(colours({.environment = {{"TERM", "xterm"}, {"NO_COLOR", ""}}, .terminal = true}));
}

TEST_F(Plot, IsAsHighAsHalfOfTheTerminal) {
  const auto rows = [&](const char* lines) {
    const auto run = folder_.trifle(plot({"count"}), {.environment = {{"LINES", lines}}, .terminal = true});
    return std::count(run.out.begin(), run.out.end(), '\n') - 4;  // title, axis, labels, and the day
  };
  EXPECT_EQ(rows("24"), 12);
  EXPECT_EQ(rows("14"), 7);
  EXPECT_EQ(rows("200"), 20);
}

TEST_F(Plot, DrawsWhatIsComputed) {
  const auto made = folder_.trifle(plot({"--expr", "count * 2 as twice", "--ascii"}));
  EXPECT_THAT(made.out, StartsWith("k twice, 1h, GMT\n100 +"));
  const auto mean = folder_.trifle(plot({"--expr", "count * 2 as twice", "--granularity", "1m", "--width", "30"}));
  EXPECT_THAT(mean.out, HasSubstr("mean of"));
  const auto compared = folder_.trifle(plot({"count", "--compare", "previous", "--ascii"}));
  EXPECT_THAT(compared.out, HasSubstr("* count  + count before\n"));
}

TEST_F(Plot, TheLastBucketThatIsNotOverIsDotted) {
  ASSERT_EQ(folder_.trifle({"track", "now", "count=5", "--db", "s.db"}).code, 0);
  const auto run = folder_.trifle({"plot", "now", "--granularity", "1y", "--last", "1y", "--db", "s.db"});
  EXPECT_THAT(run.out, HasSubstr("the last one is not over"));
  EXPECT_THAT(run.out, HasSubstr("┊┊"));
  const auto svg =
      folder_.trifle({"plot", "now", "--granularity", "1y", "--last", "1y", "--svg", "-", "--db", "s.db"}).out;
  EXPECT_THAT(svg, HasSubstr("class=\"hollow dashed s0\""));
}

TEST_F(Plot, WritesPicturesAndPages) {
  const auto run = folder_.trifle(plot({"count,temp", "--svg", "a.svg", "--html", "a.html"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_EQ(run.err, "trifle: wrote a.svg\ntrifle: wrote a.html\n");
  EXPECT_THAT(folder_.read("a.svg"), StartsWith("<svg xmlns="));
  EXPECT_THAT(folder_.read("a.html"), StartsWith("<!DOCTYPE html>"));
  const auto out = folder_.trifle(plot({"count", "--svg", "-", "--width", "300", "--height", "200"}));
  EXPECT_THAT(out.out, HasSubstr("width=\"300\" height=\"200\""));
  EXPECT_THAT(out.err, IsEmpty());
  const auto nowhere = folder_.trifle(plot({"count", "--svg", "no/such/folder.svg"}));
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("can't write no/such/folder.svg: No such file or directory"));
  const auto tiny = folder_.trifle(plot({"count", "--svg", "-", "--width", "20"}));
  EXPECT_EQ(tiny.code, 2);
  EXPECT_THAT(tiny.err, HasSubstr("--width of a picture is in pixels, 200 to 10000"));
}

TEST_F(Plot, ErrorsListWhatIsThereNearestFirst) {
  const auto run = folder_.trifle(plot({"cuont"}));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("no number at path cuont; there are count, temp"));
  EXPECT_THAT(folder_.trifle(plot({"count,tmp"})).err, HasSubstr("no number at path tmp; there are temp, count"));
  EXPECT_EQ(folder_.trifle(plot({"--line", "--bars"})).code, 2);
}

}  // namespace
