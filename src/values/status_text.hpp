#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <trifle/stats/status.hpp>

#include "values/row_text.hpp"

namespace trifle::stats::detail {

/// The status as the family stores it: {"data.queue":12,"data.state":"idle","at":1784109600}, `at` in unix seconds.
std::string pack_status(const StatusValues& values, std::int64_t at);

/// Reads what we or a sister packed: `data` flat or nested, `at` as a number or as Ruby's "2026-07-15 10:37:45 UTC"
/// (left empty for anything else; the database has the time in a column too). Arrays are absent. Of a name that is
/// there more than once, the last counts.
[[nodiscard]] std::optional<RowFault> unpack_status(std::string_view json, StatusValues& values,
                                                    std::optional<std::int64_t>& at);
[[nodiscard]] std::optional<RowFault> unpack_status(std::string_view json, StatusValues& values);

}  // namespace trifle::stats::detail
