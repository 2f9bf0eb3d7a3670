#pragma once

#include <functional>
#include <span>
#include <string>

#include "charts/chart_data.hpp"
#include "charts/number_axis.hpp"
#include "charts/text_canvas.hpp"

namespace trifle::cli {

/// What bars and lines have in common when they are drawn with characters: the axes, and the field between them.
class TextFrame {
 public:
  /// The columns of the field beside the numbers of an axis for this data.
  static std::size_t columns_beside(const ChartData& data, const TextStyle& style);

  /// `column_of` tells where a position in points lies, in columns of the field; `used` is how far the axis goes.
  TextFrame(const ChartData& data, const TextStyle& style, const std::function<double(double)>& column_of,
            std::size_t used);

  const NumberAxis& axis() const noexcept { return axis_; }
  std::size_t columns() const noexcept { return columns_; }
  std::size_t rows() const noexcept { return rows_; }

  /// `row` counts from the bottom.
  void put(std::size_t column, std::size_t row, std::string_view glyph, std::uint8_t colour);
  std::string_view at(std::size_t column, std::size_t row) const;
  std::string to_string(bool colour) const { return canvas_.to_string(colour); }

 private:
  void draw_time(const ChartData& data, const TextStyle& style, const std::function<double(double)>& column_of,
                 std::size_t used);

  NumberAxis axis_;
  std::size_t margin_;
  std::size_t columns_;
  std::size_t rows_;
  TextCanvas canvas_;
};

/// The line or two above a chart: key, path where there is one, width of a bucket, zone, and what is to be known
/// before numbers are compared.
std::string text_title(const ChartData& data, const TextStyle& style);

/// What the marks of several lines mean, in as many lines of text as it needs; nothing for one line.
std::string text_legend(const ChartData& data, std::span<const char* const> marks, const TextStyle& style);

}  // namespace trifle::cli
