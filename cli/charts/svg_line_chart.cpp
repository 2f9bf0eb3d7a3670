#include <algorithm>
#include <array>
#include <cmath>

#include "charts/civil_time.hpp"
#include "charts/markup.hpp"
#include "charts/number_axis.hpp"
#include "charts/picture_parts.hpp"
#include "charts/svg_marks.hpp"
#include "charts/time_axis.hpp"

namespace trifle::cli {
namespace {

constexpr double kMargin = 16;
constexpr double kFont = 12;
constexpr double kBelow = 56;    // labels, what they leave out, and the name of the axis
constexpr double kPerTick = 40;  // pixels between two numbers of the axis
constexpr double kPerLetter = 7.5;
constexpr double kPerMark = 48;    // between two marks of a line, at least
constexpr double kRoomForAll = 9;  // from this distance each point has its mark

class Drawing {
 public:
  Drawing(const LineChart& chart, const PictureChart& picture, const PictureSize& size, std::size_t index)
      : data_(chart.data), bars_(chart.bars), picture_(picture), size_(size), id_("c" + std::to_string(index)) {}

  std::string draw() {
    double y = 0;
    out_ = svg_heading(picture_, size_, y);
    legend(y);
    top_ = y + 26;
    bottom_ = std::max(size_.height - kBelow, top_ + 20);
    axis_ = number_axis(data_.lowest(), data_.highest(), std::max(2, static_cast<int>((bottom_ - top_) / kPerTick)));
    double widest = 0;
    for (const auto& tick : axis_.ticks()) widest = std::max(widest, text_width(tick.text, kFont));
    left_ = kMargin + widest + 8;
    right_ = size_.width - kMargin;
    numbers();
    times();
    if (bars_) {
      for (std::size_t line = 0; line < data_.lines.size(); ++line) bars(line);
    } else {
      for (std::size_t line = data_.lines.size(); line-- > 0;) course(line);
    }
    out_ += svg_line(left_, y_of(0), right_, y_of(0), "axis");
    out_ += "<rect class=\"plot\" x=\"" + px(left_) + "\" y=\"" + px(top_) + "\" width=\"" + px(right_ - left_) +
            "\" height=\"" + px(bottom_ - top_) + "\" fill=\"none\"/>\n";
    return std::move(out_);
  }

 private:
  double x_of(double position) const {
    return left_ + (right_ - left_) * position / static_cast<double>(std::max<std::size_t>(data_.starts.size(), 1));
  }
  double y_of(double value) const { return bottom_ - (bottom_ - top_) * axis_.position(value); }
  bool hollow(std::size_t point) const { return data_.partial() && point + 1 == data_.starts.size(); }

  /// What stands at a point, for those who point at it.
  std::string tip(std::size_t line, std::size_t point) const {
    return "<title>" +
           markup_text(bucket_text(data_.bucketing, data_.starts[point], data_.granularity.unit()) + ": " +
                       data_.lines[line].name + " " + data_.lines[line].values[point]->to_string() +
                       (hollow(point) ? " (not complete)" : "")) +
           "</title>";
  }

  void legend(double& y) {
    double x = kMargin;
    const auto entry = [&](const std::string& sample, const std::string& text) {
      const double width = 34 + text_width(text, kFont) + 18;
      if (x > kMargin && x + width > size_.width - kMargin) {
        x = kMargin;
        y += 18;
      }
      out_ += "<g transform=\"translate(" + px(x) + " " + px(y + 8) + ")\">" + sample + "</g>\n" +
              svg_text(x + 34, y + 12, text, "key");
      x += width;
    };
    if (data_.lines.size() > 1) {
      for (std::size_t line = 0; line < data_.lines.size(); ++line)
        entry(bars_ ? bar_sample(id_, line) : line_sample(line), data_.lines[line].name);
    }
    if (data_.partial())
      entry(bars_ ? open_bar_sample() : open_line_sample(), data_.open ? "not over" : "of fewer buckets");
    if (data_.lines.size() > 1 || data_.partial()) y += 20;
  }

  void numbers() {
    const std::string name = !picture_.unit.empty()    ? picture_.unit
                             : data_.lines.size() == 1 ? data_.lines.front().name
                                                       : std::string();
    if (!name.empty()) out_ += svg_text(kMargin, top_ - 12, name, "note");
    for (const auto& tick : axis_.ticks()) {
      out_ += svg_line(left_, y_of(tick.value), right_, y_of(tick.value), "grid");
      out_ += svg_text(left_ - 8, y_of(tick.value) + 4, tick.text, "tick", "end");
    }
  }

  void times() {
    double free = 0;
    double context_free = 0;
    for (const auto& tick : time_ticks(data_, static_cast<int>((right_ - left_) / kPerLetter))) {
      const double x = x_of(tick.centred ? tick.position + 0.5 : tick.position);
      if (!tick.centred) out_ += svg_line(x, bottom_, x, bottom_ + 5, "axis");
      // A label that would leave the picture stands against its edge.
      const auto place = [&](double width) { return std::clamp(x - width / 2, 2.0, size_.width - 2 - width); };
      const double width = text_width(tick.label, kFont);
      if (place(width) >= free) {
        out_ += svg_text(place(width) + width / 2, bottom_ + 18, tick.label, "tick", "middle");
        free = place(width) + width + 4;
      }
      const double wide = text_width(tick.context, kFont);
      if (tick.context.empty() || place(wide) < context_free) continue;
      out_ += svg_text(place(wide) + wide / 2, bottom_ + 33, tick.context, "tick", "middle");
      context_free = place(wide) + wide + 4;
    }
    out_ += svg_text(size_.width - kMargin, size_.height - 8, "time, " + data_.bucketing.time_zone(), "note", "end");
  }

  void bars(std::size_t line) {
    const double slot = x_of(1) - x_of(0);
    const double gap = slot > 3 ? std::max(1.0, slot * 0.16) : 0;
    const double width = (slot - gap) / static_cast<double>(data_.lines.size());
    for (std::size_t i = 0; i < data_.starts.size(); ++i) {
      const auto value = drawable(data_.lines[line].values[i]);
      if (!value) continue;
      const double x = x_of(static_cast<double>(i)) + gap / 2 + width * static_cast<double>(line);
      // A zero is seen, too: it is not the same as nothing.
      const double height = std::max(std::fabs(y_of(*value) - y_of(0)), *value == 0 ? 1.5 : 0.5);
      const double y = *value < 0 ? y_of(0) : y_of(0) - height;
      out_ += bar(id_, line, x, y, width, height, hollow(i), tip(line, i));
    }
  }

  void course(std::size_t line) {
    const auto& values = data_.lines[line].values;
    const auto at = [&](std::size_t i) {
      return px(x_of(static_cast<double>(i) + 0.5)) + " " + px(y_of(*drawable(values[i])));
    };
    std::string path;
    std::string open;
    bool joined = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!drawable(values[i])) {
        joined = false;
        continue;
      }
      if (joined && hollow(i)) {
        open = "M" + at(i - 1) + "L" + at(i);
      } else {
        path += (joined ? "L" : "M") + at(i);
      }
      joined = true;
    }
    out_ += line_path(line, path);
    if (!open.empty()) out_ += open_path(line, open);

    const double slot = x_of(1) - x_of(0);
    const auto every = static_cast<std::size_t>(slot >= kRoomForAll ? 1 : std::ceil(kPerMark / slot));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!drawable(values[i])) continue;
      const bool alone = (i == 0 || !drawable(values[i - 1])) && (i + 1 == values.size() || !drawable(values[i + 1]));
      if (i % every != every / 2 && !alone && !hollow(i)) continue;
      out_ += mark(line, x_of(static_cast<double>(i) + 0.5), y_of(*drawable(values[i])), hollow(i), tip(line, i));
    }
  }

  const ChartData& data_;
  bool bars_;
  const PictureChart& picture_;
  const PictureSize& size_;
  std::string id_;
  NumberAxis axis_;
  double left_ = 0;
  double right_ = 0;
  double top_ = 0;
  double bottom_ = 0;
  std::string out_;
};

}  // namespace

std::string svg_line_chart(const LineChart& chart, const PictureChart& picture, const PictureSize& size,
                           std::size_t index) {
  std::string patterns;
  if (chart.bars) patterns = bar_patterns("c" + std::to_string(index), chart.data.lines.size());
  return patterns + Drawing(chart, picture, size, index).draw();
}

}  // namespace trifle::cli
