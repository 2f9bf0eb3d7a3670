#include "harness.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace bench {
namespace {

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value);
  return text;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

Report::Report(std::ostream& out, Format format, std::string filter)
    : out_(out), format_(format), filter_(std::move(filter)) {}

bool Report::wants(std::string_view name) const { return name.find(filter_) != std::string_view::npos; }

void Report::compare(const std::string& name, double goal, const std::function<double()>& subject,
                     const std::function<double()>& yardstick, std::size_t rounds) {
  if (!wants(name)) return;
  yardstick();
  subject();
  std::vector<double> quotients;
  for (std::size_t round = 0; round < rounds; ++round) {
    double ours = 0;
    double theirs = 0;
    if (round % 2 == 0) {
      theirs = yardstick();
      ours = subject();
    } else {
      ours = subject();
      theirs = yardstick();
    }
    quotients.push_back(ours / theirs);
  }
  add({.name = name, .value = median(std::move(quotients)), .goal = goal});
}

void Report::add(Figure figure) {
  if (!wants(figure.name)) return;
  const char* better = figure.better == Better::Higher ? "higher" : "lower";
  if (format_ == Format::JsonLines) {
    out_ << "{\"name\":" << quoted(figure.name) << ",\"ratio\":" << short_number(figure.value)
         << ",\"goal\":" << short_number(figure.goal) << ",\"better\":\"" << better
         << "\",\"holds\":" << (figure.holds() ? "true" : "false");
    if (!figure.unit.empty()) out_ << ",\"unit\":" << quoted(figure.unit);
    out_ << "}" << std::endl;
  } else {
    if (figures_.empty()) {
      char head[160];
      std::snprintf(head, sizeof head, "%-56s %12s %14s  %s", "name", "value", "goal", "holds");
      out_ << head << '\n';
    }
    const auto goal = std::string(figure.better == Better::Higher ? ">= " : "<= ") + short_number(figure.goal);
    char line[256];
    std::snprintf(line, sizeof line, "%-56s %12s %14s  %s", figure.name.c_str(),
                  (short_number(figure.value) + (figure.unit.empty() ? "" : " " + figure.unit)).c_str(), goal.c_str(),
                  figure.holds() ? "yes" : "NO");
    out_ << line << std::endl;
  }
  figures_.push_back(std::move(figure));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace bench
