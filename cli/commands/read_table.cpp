#include "commands/read_table.hpp"

#include "commands/series_payload.hpp"

namespace trifle::cli {

OutputFormat chosen(OutputFormat asked, const Console& console) {
  if (asked != OutputFormat::Auto) return asked;
  return console.out_is_terminal() ? OutputFormat::Table : OutputFormat::Json;
}

Table read_table(const ReadSeries& read, const std::vector<std::string>& paths) {
  Table table;
  table.columns.emplace_back("at");
  for (const auto& path : paths) {
    table.columns.push_back(path);
    if (!read.compared) continue;
    for (const char* what : {" previous", " difference", " ratio"}) table.columns.push_back(path + what);
  }
  table.rows.reserve(read.series.size());
  for (std::size_t i = 0; i < read.series.size(); ++i) {
    auto& cells = table.rows.emplace_back();
    cells.reserve(table.columns.size());
    cells.push_back(read.series.bucketing().format(read.series.at(i)));
    for (const auto& path : paths) {
      cells.push_back(cell_text(read.series.value(i, path)));
      if (!read.compared) continue;
      cells.push_back(cell_text(read.compared->previous.value(i, path)));
      cells.push_back(cell_text(read.compared->difference.value(i, path)));
      cells.push_back(cell_text(read.compared->ratio.value(i, path)));
    }
  }
  return table;
}

Table with_partial_marks(Table table, const ReadSeries& read) {
  for (std::size_t i = 0; i < read.series.size() && i < table.rows.size(); ++i) {
    if (read.series.partial(i)) table.rows[i].front() += " (not over)";
  }
  return table;
}

}  // namespace trifle::cli
