#include "output/table.hpp"

#include <algorithm>

#include "output/text.hpp"

namespace trifle::cli {
namespace {

void append_csv_cell(std::string& out, const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos && !cell.starts_with(' ')) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_line(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_cell(out, cells[i]);
  }
  out += '\n';
}

}  // namespace

std::string Table::aligned() const {
  std::vector<std::vector<std::string>> lines;
  lines.reserve(rows.size() + 1);
  std::vector<std::size_t> widths(columns.size(), 0);
  const auto add = [&](const std::vector<std::string>& cells) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line.push_back(printable(cells[i]));
      widths[i] = std::max(widths[i], display_width(line.back()));
    }
  };
  add(columns);
  for (const auto& row : rows) add(row);

  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - display_width(line[i]), ' ');
      if (i == 0) {
        out += line[i];
        if (line.size() > 1) out += padding;
      } else {
        out += "  ";
        out += padding;
        out += line[i];
      }
    }
    out += '\n';
  }
  return out;
}

std::string Table::family() const {
  std::vector<std::size_t> widths;
  for (const auto& column : columns) widths.push_back(column.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  const auto add = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += "  ";
      out += cells[i];
      out.append(widths[i] - cells[i].size(), ' ');
    }
    out += '\n';
  };
  add(columns);
  std::vector<std::string> dashes;
  for (const auto width : widths) dashes.emplace_back(width, '-');
  add(dashes);
  for (const auto& row : rows) add(row);
  return out;
}

std::string Table::csv() const {
  std::string out;
  append_csv_line(out, columns);
  for (const auto& row : rows) append_csv_line(out, row);
  return out;
}

}  // namespace trifle::cli
