#include "values/row_merge.hpp"

namespace trifle::stats::detail {

bool merge_plain_row(std::string_view, std::span<const Field>, std::span<const Field>, std::string&) { return false; }

}  // namespace trifle::stats::detail
