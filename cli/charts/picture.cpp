#include "charts/picture.hpp"

#include "charts/civil_time.hpp"
#include "charts/markup.hpp"
#include "charts/picture_parts.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

std::string opening(double width, double height, const PictureChart& chart, std::size_t index) {
  const std::string id = "c" + std::to_string(index);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + px(width) + " " + px(height) + "\" width=\"" +
         px(width) + "\" height=\"" + px(height) + "\" role=\"img\" aria-labelledby=\"" + id + "-title " + id +
         "-desc\">\n<title id=\"" + id + "-title\">" + markup_text(picture_title(chart)) + "</title>\n<desc id=\"" +
         id + "-desc\">" + markup_text(picture_subtitle(chart) + ". " + picture_description(chart)) + "</desc>\n";
}

std::string body(const PictureChart& chart, const PictureSize& size, std::size_t index) {
  if (const auto* map = std::get_if<HeatMap>(&chart.what)) return svg_heat_map(*map, chart, size);
  return svg_line_chart(std::get<LineChart>(chart.what), chart, size, index);
}

std::string number_text(const std::optional<stats::Number>& number) {
  return number ? number->to_string() : std::string("nothing");
}

std::string describe(const ChartData& data, const ChartLine& line) {
  std::optional<stats::Number> low;
  std::optional<stats::Number> high;
  std::size_t present = 0;
  for (const auto& value : line.values) {
    if (!value) continue;
    ++present;
    if (!low || *value < *low) low = value;
    if (!high || *value > *high) high = value;
  }
  std::string out = line.name + ": " + std::to_string(present) + " of " + std::to_string(line.values.size()) +
                    " points have a number";
  if (present > 0) {
    out +=
        ", from " + number_text(low) + " to " + number_text(high) + ", the last is " + number_text(line.values.back());
    if (data.partial()) out += " and not complete";
  }
  return out + ".";
}

}  // namespace

std::string picture_title(const PictureChart& chart) {
  if (const auto* map = std::get_if<HeatMap>(&chart.what)) return map->key + " " + map->path + " by weekday and hour";
  const ChartData& data = std::get<LineChart>(chart.what).data;
  return data.lines.size() == 1 ? data.key + " " + data.lines.front().name : data.key;
}

std::string picture_subtitle(const PictureChart& chart) {
  if (const auto* map = std::get_if<HeatMap>(&chart.what)) {
    std::string text = std::string(fold_name(map->fold)) + " of the buckets of each hour, " + map->time_zone + ", " +
                       map->first + " to " + map->last;
    if (map->uneven && map->fold == Fold::Sum) text += "; some weekdays occur more often than others";
    if (map->open) text += "; the last hour is not over";
    return text;
  }
  const ChartData& data = std::get<LineChart>(chart.what).data;
  std::string text = data.granularity.to_string() + " buckets, " + data.bucketing.time_zone();
  if (!data.starts.empty()) {
    const auto name = [&](stats::Instant at) { return bucket_text(data.bucketing, at, data.granularity.unit()); };
    text += ", " + name(data.starts.front()) + " to " + name(data.starts.back());
  }
  if (data.per_point > 1)
    text += "; " + (fold_name(data.fold) + (" of " + std::to_string(data.per_point))) + " per point";
  if (data.open) {
    text += "; the last one is not over";
  } else if (data.partial()) {
    text += "; the last one of " + std::to_string(data.last_count);
  }
  return text;
}

std::string picture_description(const PictureChart& chart) {
  std::string out;
  if (const auto* map = std::get_if<HeatMap>(&chart.what)) {
    out = "From " + px(map->lowest()) + " to " + px(map->highest()) + ".";
    return out;
  }
  const ChartData& data = std::get<LineChart>(chart.what).data;
  for (const auto& line : data.lines) out += (out.empty() ? "" : " ") + describe(data, line);
  return out;
}

std::string svg_element(const PictureChart& chart, const PictureSize& size, std::size_t index) {
  return opening(size.width, size.height, chart, index) + body(chart, size, index) + "</svg>\n";
}

std::string svg_document(const std::vector<PictureChart>& charts, const PictureSize& size) {
  const double height = static_cast<double>(size.height) * static_cast<double>(charts.size());
  std::string out = opening(size.width, height, charts.front(), 0) + "<style>\n" + picture_css() + "</style>\n";
  for (std::size_t i = 0; i < charts.size(); ++i) {
    out += "<g transform=\"translate(0 " + std::to_string(i * static_cast<std::size_t>(size.height)) + ")\">\n" +
           body(charts[i], size, i) + "</g>\n";
  }
  return out + "</svg>\n";
}

}  // namespace trifle::cli
