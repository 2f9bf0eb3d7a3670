#include "moved_access_log.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int kGenerated = 10'000;

std::string clf_day(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02u/%s/%04d", static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()));
  return text.data();
}

std::chrono::sys_days day_of(const std::string& text) {
  unsigned month = 0;
  while (month < 12 && text.substr(3, 3) != kMonths[month]) ++month;
  return std::chrono::year(std::stoi(text.substr(7, 4))) / std::chrono::month(month + 1) /
         std::chrono::day(static_cast<unsigned>(std::stoi(text.substr(0, 2))));
}

/// Four days of requests in order of time, with the lengths and the mix of a small site's log.
std::vector<std::string> generated() {
  std::mt19937 random(20150517);
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const auto first = std::chrono::sys_days(std::chrono::year(2015) / 5 / 17);
  std::vector<std::string> lines;
  for (int i = 0; i < kGenerated; ++i) {
    const int hour = i * 84 / kGenerated + 10;
    std::array<char, 400> line{};
    const char* method = pick(200) == 0 ? "HEAD" : "GET";
    const int status = pick(10) > 0 ? 200 : (pick(2) == 0 ? 304 : 404);
    std::snprintf(
        line.data(), line.size(),
        "%d.%d.%d.%d - - [%s:%02d:05:%02d +0000] \"%s /presentations/%d/images/picture-%d.png HTTP/1.1\" %d %d "
        "\"http://example.org/presentations/%d/\" \"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.%d Safari/537.36\"",
        pick(256), pick(256), pick(256), pick(256), clf_day(first + std::chrono::days(hour / 24)).c_str(), hour % 24,
        i * 60 / kGenerated, method, pick(40), pick(900), status, pick(300'000), pick(40), pick(100));
    lines.emplace_back(line.data());
  }
  return lines;
}

}  // namespace

std::vector<std::string> access_log_lines() {
  const char* path = std::getenv("TRIFLE_BENCH_ACCESS_LOG");
  if (path == nullptr || *path == '\0') return generated();
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string("TRIFLE_BENCH_ACCESS_LOG: can't read ") + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void write_moved(const std::vector<std::string>& lines, int copies, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (int copy = 0; copy < copies; ++copy) {
    std::map<std::string, std::string> moved;  // day → the day to write
    for (const auto& line : lines) {
      const auto bracket = line.find('[');
      if (bracket == std::string::npos) continue;
      const std::string day = line.substr(bracket + 1, 11);
      auto& later = moved[day];
      if (later.empty()) later = clf_day(day_of(day) + std::chrono::days(copy));
      file.write(line.data(), static_cast<std::streamsize>(bracket) + 1);
      file << later;
      file.write(line.data() + bracket + 12, static_cast<std::streamsize>(line.size() - bracket - 12));
      file << '\n';
    }
  }
  file.flush();
  if (!file) throw std::runtime_error("can't write " + path);
}

}  // namespace bench
