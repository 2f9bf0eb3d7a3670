#include "browser.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using trifle::test::browser;
using trifle::test::Folder;
using trifle::test::open_in_browser;
using trifle::test::text_of;

/// What a page is asked, appended to it: presses keys, points at places, and measures. Its answer is JSON in #answer.
constexpr const char* kProbe = R"(
<pre id="answer"></pre>
<script>
const readers = [...document.querySelectorAll('.reader')];
const said = (reader) => reader.parentElement.querySelector('output').textContent;
const press = (reader, key) => {
  reader.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  return said(reader);
};
const point = (reader, part) => {
  const plot = reader.querySelector('.plot').getBoundingClientRect();
  reader.dispatchEvent(new PointerEvent('pointermove', {clientX: plot.left + plot.width * part, clientY: plot.top + 5, bubbles: true}));
  return said(reader);
};
const boxes = [...document.querySelectorAll('svg text')].map((text) => {
  const svg = text.ownerSVGElement.getBoundingClientRect(), box = text.getBoundingClientRect();
  return {text: text.textContent, svg: text.ownerSVGElement, left: box.left, right: box.right, top: box.top, bottom: box.bottom,
          inside: box.left >= svg.left - 0.5 && box.right <= svg.right + 0.5 && box.top >= svg.top && box.bottom <= svg.bottom};
});
const clashes = [];
for (const a of boxes) for (const b of boxes) {
  if (a === b || a.svg !== b.svg || a.text > b.text) continue;
  if (a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 2 && b.top < a.bottom - 2) clashes.push(a.text + ' / ' + b.text);
}
document.getElementById('answer').textContent = JSON.stringify({
  first: readers.map(said),
  home: readers.map((reader) => press(reader, 'Home')),
  right: readers.map((reader) => press(reader, 'ArrowRight')),
  left: readers.map((reader) => press(reader, 'ArrowLeft')),
  end: readers.map((reader) => press(reader, 'End')),
  pointed: readers.map((reader) => point(reader, 0.3)),
  cursor: readers.map((reader) => reader.querySelector('.cursor').getAttribute('visibility')),
  bars: [...document.querySelectorAll('svg rect.f0, svg rect.hollow')].map((bar) => bar.getBoundingClientRect().height),
  texts: boxes.length,
  outside: boxes.filter((box) => !box.inside).map((box) => box.text),
  clashes,
  cells: [...document.querySelectorAll('tbody td')].map((cell) => cell.textContent),
});
</script>
)";

class Browser : public testing::Test {
 protected:
  void SetUp() override {
    if (!browser()) GTEST_SKIP() << "no Chromium on this machine (Debian: scripts/packages test)";
    std::string lines;
    for (int hour = 0; hour < 24; ++hour) {
      if (hour == 2) continue;
      lines += R"({"key":"k","at":)" + std::to_string(1784073600 + hour * 3600) + R"(,"values":{"count":)" +
               std::to_string((hour + 1) * 10) + R"(,"big":)" + std::to_string((std::int64_t{1} << 53) + 2 * hour + 1) +
               R"(,"<i>&":)" + std::to_string(hour % 5) + ".5}}\n";
    }
    ASSERT_EQ(folder_.trifle({"track", "-", "--db", "s.db"}, {.input = lines}).code, 0);
  }

  /// Plots into a file and opens it, with the probe in it.
  json see(std::vector<std::string> words, const char* kind) {
    words.insert(words.begin(), {"plot", "k"});
    words.insert(words.end(), {"--db", "s.db", "--from", "2026-07-15", "--to", "2026-07-15", kind, "drawn"});
    const auto run = folder_.trifle(words);
    EXPECT_EQ(run.code, 0) << run.err;
    std::string page = folder_.read("drawn");
    if (std::string_view(kind) == "--svg") page = "<!DOCTYPE html><meta charset=\"utf-8\"><body>" + page;
    folder_.write("page.html", page + kProbe);
    const auto seen = open_in_browser(folder_, "page.html");
    EXPECT_THAT(seen.console, IsEmpty());
    const std::string answer = text_of(seen.dom, "answer");
    EXPECT_TRUE(json::accept(answer)) << answer << "\n" << seen.dom.substr(0, 2000);
    return json::accept(answer) ? json::parse(answer) : json::object();
  }

  static void expect_readable(const json& answer) {
    EXPECT_GT(answer["texts"], 5);
    EXPECT_EQ(answer["outside"], json::array());
    EXPECT_EQ(answer["clashes"], json::array());
  }

  Folder folder_;
};

TEST_F(Browser, TellsOfWhatGoesWrong) {
  folder_.write("bad.html", "<!DOCTYPE html><p id=\"p\">a &lt; b</p><script>nothing.there()</script>");
  const auto seen = open_in_browser(folder_, "bad.html");
  EXPECT_THAT(seen.console, HasSubstr("nothing is not defined"));
  EXPECT_EQ(text_of(seen.dom, "p"), "a < b");
}

TEST_F(Browser, APageShowsItsNumbers) {
  const auto answer = see({"count,big"}, "--html");
  EXPECT_EQ(answer["first"], json::parse(R"(["Wed 15 Jul 2026 23:00: count 240, big 9007199254741039"])"));
  EXPECT_EQ(answer["home"], json::parse(R"(["Wed 15 Jul 2026 00:00: count 10, big 9007199254740993"])"));
  EXPECT_EQ(answer["right"], json::parse(R"(["Wed 15 Jul 2026 01:00: count 20, big 9007199254740995"])"));
  EXPECT_EQ(answer["left"], answer["home"]);
  EXPECT_EQ(answer["end"], answer["first"]);
  EXPECT_EQ(answer["pointed"], json::parse(R"(["Wed 15 Jul 2026 07:00: count 80, big 9007199254741007"])"));
  EXPECT_EQ(answer["cursor"], json::parse(R"(["visible"])"));
  EXPECT_EQ(answer["cells"].size(), 48u);
  EXPECT_EQ(answer["cells"][0], "10");
  EXPECT_EQ(answer["cells"][4], "");
  EXPECT_EQ(answer["cells"][47], "9007199254741039");
  expect_readable(answer);
}

TEST_F(Browser, APageOfSeveralChartsReadsEach) {
  const auto answer = see({"count", "<i>&", "--unit", "<b>pieces</b>"}, "--html");
  EXPECT_EQ(answer["first"], json::parse(R"(["Wed 15 Jul 2026 23:00: count 240", "Wed 15 Jul 2026 23:00: <i>& 3.5"])"));
  expect_readable(answer);
}

TEST_F(Browser, BarsAreAsHighAsTheirNumbers) {
  const auto answer = see({"count"}, "--svg");
  ASSERT_EQ(answer["bars"].size(), 23u);  // and no bar where nothing is
  const double unit = answer["bars"][0].get<double>() / 10;
  EXPECT_GT(unit, 0.5);
  EXPECT_NEAR(answer["bars"][1].get<double>() / unit, 20, 0.5);
  EXPECT_NEAR(answer["bars"][22].get<double>() / unit, 240, 3);
  expect_readable(answer);
}

TEST_F(Browser, LinesAndHeatMapsAreReadable) {
  expect_readable(see({"*", "--line"}, "--svg"));
  expect_readable(see({"count", "--heat"}, "--svg"));
  expect_readable(see({"count", "--heat"}, "--html"));
  expect_readable(see({"*", "--line", "--width", "320", "--height", "240"}, "--svg"));
}

TEST_F(Browser, AnSvgFileIsAPictureByItself) {
  ASSERT_EQ(folder_
                .trifle({"plot", "k", "count", "--db", "s.db", "--from", "2026-07-15", "--to", "2026-07-15", "--svg",
                         "a.svg", "--width", "640", "--height", "320"})
                .code,
            0);
  folder_.write("page.html",
                "<!DOCTYPE html><pre id=\"answer\"></pre><img src=\"a.svg\" "
                "onload=\"document.getElementById('answer').textContent=this.naturalWidth+'x'+this.naturalHeight\" "
                "onerror=\"document.getElementById('answer').textContent='no picture'\">");
  const auto seen = open_in_browser(folder_, "page.html");
  EXPECT_EQ(text_of(seen.dom, "answer"), "640x320");
  EXPECT_THAT(seen.console, IsEmpty());
}

}  // namespace
