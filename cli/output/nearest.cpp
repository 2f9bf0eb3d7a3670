#include "output/nearest.hpp"

#include <algorithm>
#include <tuple>

#include "output/text.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kLongest = 200;  // what is longer is compared by its beginning

/// 0 for a name that holds what was asked as a whole part of it.
int kinship(std::string_view asked, std::string_view name) {
  if (asked.empty()) return 1;
  if (name.starts_with(asked)) return 0;
  return name.size() > asked.size() && name.ends_with(asked) && name[name.size() - asked.size() - 1] == '.' ? 0 : 1;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::string a = lower(left.substr(0, kLongest));
  const std::string b = lower(right.substr(0, kLongest));
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

std::vector<std::string> nearest(std::string_view asked, const std::vector<std::string>& names, std::size_t count) {
  struct Candidate {
    int kinship;
    std::size_t distance;
    const std::string* name;
  };
  std::vector<Candidate> candidates;
  candidates.reserve(names.size());
  for (const auto& name : names) candidates.push_back({kinship(asked, name), edit_distance(asked, name), &name});
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.kinship, a.distance, *a.name) < std::tie(b.kinship, b.distance, *b.name);
  });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(count, candidates.size()); ++i) out.push_back(*candidates[i].name);
  return out;
}

std::string nearest_text(std::string_view asked, const std::vector<std::string>& names, std::size_t count) {
  std::string out;
  for (const auto& name : nearest(asked, names, count)) out += (out.empty() ? "" : ", ") + printable(name);
  if (names.size() > count) out += ", and " + std::to_string(names.size() - count) + " more";
  return out;
}

}  // namespace trifle::cli
