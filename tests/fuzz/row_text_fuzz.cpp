// Stored rows of any kind: merging never breaks one, and loses nothing that reading finds.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "values/row_reader.hpp"
#include "values/row_scanner.hpp"
#include "values/row_text.hpp"
#include "values/stored_name.hpp"

namespace {

using namespace trifle::stats;
using namespace trifle::stats::detail;

void require(bool holds) {
  if (!holds) std::abort();
}

using Sums = std::map<std::string, Number>;

std::optional<Sums> read(std::string_view text, RowReader& reader) {
  Sums sums;
  const auto add = [&](std::uint32_t column, Number number) {
    const auto [sum, is_new] = sums.try_emplace(reader.names()[column], number);
    if (!is_new) sum->second += number;
  };
  if (reader.read(text, add)) return std::nullopt;
  return sums;
}

/// The strict way to the same sums.
std::optional<Sums> scan(std::string_view text) {
  std::vector<RowLeaf> leaves;
  if (scan_row(text, leaves)) return std::nullopt;
  Sums sums;
  for (const auto& leaf : leaves) {
    require(is_canonical(leaf.name));
    if (!leaf.number) continue;
    const auto [sum, is_new] = sums.try_emplace(leaf.name, *leaf.number);
    if (!is_new) sum->second += *leaf.number;
  }
  return sums;
}

bool same(const std::optional<Sums>& a, const std::optional<Sums>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  if (a->size() != b->size()) return false;
  for (auto x = a->begin(), y = b->begin(); x != a->end(); ++x, ++y) {
    if (x->first != y->first || (x->second != y->second && !std::isnan(x->second.to_double()))) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  RowReader reader;
  const auto before = read(text, reader);
  require(same(before, scan(text)));
  require(same(before, read(text, reader)));  // now that every name is known

  std::string merged;
  if (const auto fault = merge_row(text, {}, {}, merged)) {
    require(!before || fault->kind == RowFault::Kind::Infinite);
    require(!fault->reason.empty());
    return 0;
  }
  require(before.has_value());
  require(same(before, read(merged, reader)));
  std::string again;
  require(!merge_row(merged, {}, {}, again) && again == merged);

  const Field increments[] = {{"a", Number(1)}, {"a.b", Number(0.5)}};
  const Field sets[] = {{"count", Number(7)}};
  std::string changed;
  std::string changed_later;
  const auto fault = merge_row(text, increments, sets, changed);
  require(fault.has_value() == merge_row(merged, increments, sets, changed_later).has_value());
  if (fault) return 0;
  auto expected = *before;
  expected["count"] = Number(7);
  for (const auto& field : increments) {
    const auto [sum, is_new] = expected.try_emplace(std::string(field.name), field.number);
    if (!is_new) sum->second += field.number;
  }
  require(same(expected, read(changed, reader)));
  // A large double may have been written as an integer in between, which then adds up more exactly.
  for (auto& [name, number] : expected) number = Number(number.to_double());
  auto later = *read(changed_later, reader);
  for (auto& [name, number] : later) number = Number(number.to_double());
  require(same(expected, later));
  return 0;
}
