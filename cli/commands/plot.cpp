#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "charts/html_page.hpp"
#include "charts/picture.hpp"
#include "charts/sparklines.hpp"
#include "charts/text_bars.hpp"
#include "charts/text_heat_map.hpp"
#include "charts/text_lines.hpp"
#include "commands/chosen_paths.hpp"
#include "commands/commands.hpp"
#include "commands/read_series.hpp"
#include "failure.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr int kNarrowest = 20;
constexpr int kLowest = 3;
constexpr int kUsualHeight = 12;
constexpr int kHighest = 20;
constexpr int kSmallestPicture = 200;
constexpr int kLargestPicture = 10'000;
constexpr double kPixelsPerPoint = 3;

/// One picture: lines that share their axes, drawn one way.
struct Chart {
  ChartData data;  // one point for each bucket
  PlotShape shape = PlotShape::Bars;
};

/// How buckets become one. Without a word: their sum, but a sum of quotients or of means says nothing.
Fold fold_of(const PlotRequest& request) {
  const std::string& text = request.merge;
  if (text.empty()) return request.what.expressions.empty() && request.what.rolling.empty() ? Fold::Sum : Fold::Mean;
  for (const Fold fold : {Fold::Sum, Fold::Mean, Fold::Min, Fold::Max}) {
    if (text == fold_name(fold)) return fold;
  }
  throw UsageError("--merge \"" + text + "\" is none of sum, mean, min, max");
}

std::size_t most_lines(PlotShape shape) {
  if (shape == PlotShape::Bars) return kMostBars;
  return shape == PlotShape::Lines ? kMostLines : static_cast<std::size_t>(-1);
}

/// Adds to each line the one of the numbers before.
void add_previous(ChartData& data, const stats::Series& previous) {
  std::vector<ChartLine> lines;
  for (auto& line : data.lines) {
    ChartLine before{.name = line.name + " before", .values = {}};
    for (std::size_t i = 0; i < previous.size(); ++i) before.values.push_back(previous.value(i, line.name));
    lines.push_back(std::move(line));
    lines.push_back(std::move(before));
  }
  data.lines = std::move(lines);
}

/// The charts that were asked for: one for each word, in which each path is a line; but of heat maps one for each path.
std::vector<Chart> charts_of(const ReadSeries& read, const PlotRequest& request, Console& console) {
  const stats::Series& series = read.series;
  std::vector<std::string> words = request.paths;
  if (words.empty()) words = read.made;  // whoever computes something wants to see it
  if (words.empty()) words.push_back(default_path(series));
  std::vector<Chart> charts;
  for (const auto& word : words) {
    auto paths = chosen_paths(series, word);
    Chart chart{.data = {}, .shape = request.shape};
    const std::size_t each = read.compared ? 2 : 1;
    if (chart.shape == PlotShape::Auto) chart.shape = paths.size() * each > 1 ? PlotShape::Lines : PlotShape::Bars;
    if (const std::size_t most = most_lines(chart.shape) / each; paths.size() > most) {
      console.say("trifle: " + std::to_string(paths.size()) + " paths in one chart can't be told apart: the first " +
                  std::to_string(most) + " are drawn (name fewer, or use --spark)");
      paths.resize(most);
    }
    chart.data = chart_data(series, request.what.key, paths);
    if (read.compared) add_previous(chart.data, read.compared->previous);
    charts.push_back(std::move(chart));
  }
  return charts;
}

/// As few buckets in each point as `capacity` allows, which depends on the numbers themselves, and a round number.
template <class Capacity>
ChartData fitting(const ChartData& data, Fold fold, const Capacity& capacity) {
  const std::size_t buckets = data.starts.size();
  for (std::size_t per_point = 1;;) {
    ChartData tried = folded(data, per_point, fold);
    const std::size_t room = std::max<std::size_t>(1, capacity(tried));
    if (tried.starts.size() <= room) return tried;
    // Straight to the number that fits by this scale; a wider scale may need one more round.
    per_point = round_per_point(std::max(per_point + 1, (buckets + room - 1) / room), data.granularity);
  }
}

std::string as_text(const Chart& chart, Fold fold, const TextStyle& style) {
  const auto fit_to = [&](std::size_t (*capacity)(const ChartData&, const TextStyle&)) {
    return fitting(chart.data, fold, [&](const ChartData& data) { return capacity(data, style); });
  };
  switch (chart.shape) {
    case PlotShape::Lines:
      return draw_lines(fit_to(line_capacity), style);
    case PlotShape::Sparklines:
      return draw_sparklines(fit_to(spark_capacity), style);
    case PlotShape::Heat: {
      std::string out;
      for (const auto& line : chart.data.lines)
        out += (out.empty() ? "" : "\n") + draw_heat_map(heat_map(chart.data, line, fold), style);
      return out;
    }
    default:
      return draw_bars(fit_to(bar_capacity), style);
  }
}

/// Half of a terminal's rows, where its size is known.
int usual_height(const Console& console) {
  return console.out_is_terminal() ? std::clamp(console.height() / 2, kLowest + 1, kHighest) : kUsualHeight;
}

TextStyle text_style(const PlotRequest& request, const Console& console) {
  TextStyle style{.width = request.width > 0 ? request.width : std::max(console.width(), kNarrowest),
                  .height = request.height > 0 ? request.height : usual_height(console),
                  .ascii = request.ascii || !console.utf8(),
                  .colour = console.colour()};
  if (style.width < kNarrowest) throw UsageError("--width is at least " + std::to_string(kNarrowest));
  if (request.shape == PlotShape::Heat && style.width < kNarrowestHeatMap)
    throw UsageError("--heat needs " + std::to_string(kNarrowestHeatMap) + " columns");
  if (style.height < kLowest) throw UsageError("--height is at least " + std::to_string(kLowest));
  return style;
}

PictureSize picture_size(const PlotRequest& request) {
  PictureSize size;
  const auto pixels = [](int asked, int usual, const char* flag) {
    if (asked == 0) return usual;
    if (asked < kSmallestPicture || asked > kLargestPicture) {
      throw UsageError(std::string(flag) + " of a picture is in pixels, " + std::to_string(kSmallestPicture) + " to " +
                       std::to_string(kLargestPicture));
    }
    return asked;
  };
  size.width = pixels(request.width, size.width, "--width");
  size.height = pixels(request.height, size.height, "--height");
  return size;
}

std::vector<PictureChart> pictures_of(const std::vector<Chart>& charts, Fold fold, const PlotRequest& request,
                                      const PictureSize& size) {
  std::vector<PictureChart> pictures;
  for (const auto& chart : charts) {
    if (chart.shape == PlotShape::Heat) {
      for (const auto& line : chart.data.lines) pictures.push_back({heat_map(chart.data, line, fold), request.unit});
      continue;
    }
    const bool bars = chart.shape == PlotShape::Bars;
    const auto room = static_cast<std::size_t>(size.width / kPixelsPerPoint);
    const std::size_t capacity = bars ? room / (chart.data.lines.size() + 1) : room;
    pictures.push_back(
        {LineChart{fitting(chart.data, fold, [&](const ChartData&) { return capacity; }), bars}, request.unit});
  }
  return pictures;
}

void write_file(const std::string& path, const std::string& content, Console& console) {
  if (path == "-") {
    console.write(content);
    return;
  }
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  if (!out.flush()) throw Failure("can't write " + path + (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
  console.say("trifle: wrote " + printable(path));
}

}  // namespace

int run(const PlotRequest& request, const Settings& settings, Console& console) {
  const Fold fold = fold_of(request);
  const bool pictures = !request.svg.empty() || !request.html.empty();
  const TextStyle style = pictures ? TextStyle{} : text_style(request, console);
  const PictureSize size = pictures ? picture_size(request) : PictureSize{};

  const ReadSeries read = read_series(request.what, settings);
  require_numbers(read, request.what.key);
  using Unit = stats::Granularity::Unit;
  if (request.shape == PlotShape::Heat && read.series.granularity()->unit() > Unit::Hour) {
    throw UsageError("--heat needs buckets of an hour or less: --granularity 1h, and not " + read.granularity);
  }
  const auto charts = charts_of(read, request, console);
  if (!pictures) {
    std::string out;
    for (const auto& chart : charts) out += (out.empty() ? "" : "\n") + as_text(chart, fold, style);
    console.write(out);
    return kOk;
  }
  const auto drawn = pictures_of(charts, fold, request, size);
  if (!request.svg.empty()) write_file(request.svg, svg_document(drawn, size), console);
  if (!request.html.empty()) write_file(request.html, html_page(drawn, size), console);
  return kOk;
}

}  // namespace trifle::cli
