#include "charts/html_page.hpp"

#include <algorithm>

#include "charts/civil_time.hpp"
#include "charts/markup.hpp"
#include "charts/page_parts.hpp"
#include "output/json_text.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

// On a narrower screen a picture is scrolled, not shrunk until nobody can read it.
constexpr int kReadable = 600;

std::string name_of(const ChartData& data, std::size_t point) {
  return bucket_text(data.bucketing, data.starts[point], data.granularity.unit());
}

std::string head(const std::string& name, const std::vector<std::string>& columns, const std::string& caption) {
  std::string out = "<details><summary>The numbers</summary>\n<div class=\"scroll\"><table>\n<caption>" +
                    markup_text(caption) + "</caption>\n<thead><tr><th scope=\"col\">" + name + "</th>";
  for (const auto& column : columns) out += "<th scope=\"col\">" + markup_text(column) + "</th>";
  return out + "</tr></thead>\n<tbody>\n";
}

std::string number_cell(const std::optional<stats::Number>& number) {
  return "<td>" + (number ? number->to_string() : std::string()) + "</td>";
}

std::string table(const ChartData& data, const std::string& caption) {
  std::vector<std::string> names;
  for (const auto& line : data.lines) names.push_back(line.name);
  std::string out = head("time", names, caption);
  for (std::size_t i = 0; i < data.starts.size(); ++i) {
    const bool partial = data.partial() && i + 1 == data.starts.size();
    out += std::string(partial ? "<tr class=\"partial\">" : "<tr>") + "<th scope=\"row\">" +
           markup_text(name_of(data, i)) + (partial ? " (not complete)" : "") + "</th>";
    for (const auto& line : data.lines) out += number_cell(line.values[i]);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></details>\n";
}

std::string table(const HeatMap& map, const std::string& caption) {
  std::vector<std::string> hours;
  for (std::size_t hour = 0; hour < 24; ++hour) hours.push_back((hour < 10 ? "0" : "") + std::to_string(hour));
  std::string out = head("weekday", hours, caption);
  for (std::size_t row = 0; row < 7; ++row) {
    out += std::string("<tr><th scope=\"row\">") + weekday_text(map.day(row)) + "</th>";
    for (const auto& number : map.cells[row]) out += number_cell(number);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></details>\n";
}

/// {"at":[…],"lines":[{"name","values":["1",null,…]}…],"partial":…}
std::string data_json(const ChartData& data) {
  std::string out = "{\"at\":[";
  for (std::size_t i = 0; i < data.starts.size(); ++i) out += (i > 0 ? "," : "") + json_string(name_of(data, i));
  out += "],\"lines\":[";
  for (std::size_t line = 0; line < data.lines.size(); ++line) {
    out += std::string(line > 0 ? "," : "") + "{\"name\":" + json_string(printable(data.lines[line].name)) +
           ",\"values\":[";
    for (std::size_t i = 0; i < data.starts.size(); ++i) {
      const auto& value = data.lines[line].values[i];
      out += std::string(i > 0 ? "," : "") + (value ? json_string(value->to_string()) : "null");
    }
    out += "]}";
  }
  return out + "],\"partial\":" + (data.partial() ? "true" : "false") + "}";
}

std::string figure(const PictureChart& chart, const PictureSize& size, std::size_t index) {
  const std::string picture = svg_element(chart, size, index);
  const std::string caption = picture_title(chart) + ": " + picture_subtitle(chart);
  if (const auto* map = std::get_if<HeatMap>(&chart.what))
    return "<figure>\n" + picture + table(*map, caption) + "</figure>\n";
  const ChartData& data = std::get<LineChart>(chart.what).data;
  return "<figure data-chart=\"" + std::to_string(index) +
         "\">\n<div class=\"reader\" tabindex=\"0\" aria-label=\"Left and right arrow read the numbers\">\n" + picture +
         "</div>\n<output aria-live=\"polite\"></output>\n" + table(data, caption) +
         "<script type=\"application/json\">" + data_json(data) + "</script>\n</figure>\n";
}

}  // namespace

std::string html_page(const std::vector<PictureChart>& charts, const PictureSize& size) {
  const std::string title = markup_text(picture_title(charts.front()));
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title>\n<style>\n" + kPageCss +
      "figure svg{min-width:" + std::to_string(std::min(size.width, kReadable)) + "px}\n" + picture_css() +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n";
  for (std::size_t i = 0; i < charts.size(); ++i) out += figure(charts[i], size, i);
  return out + "</main>\n<script>\n" + kPageScript + "</script>\n</body>\n</html>\n";
}

}  // namespace trifle::cli
