#pragma once

#include <string>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/comparison.hpp>

#include "settings/time_range.hpp"

namespace trifle::cli {

/// How far before a range the one lies that --compare means. `year`: a year. `previous`: as far as --last goes back;
/// whole months where the range is whole months; else as many days as it touches, or hours where it is shorter than
/// half a day. Throws UsageError for another word.
stats::CompareShift compare_shift(const std::string& word, const RangeRequest& asked, const TimeRange& range,
                                  const stats::Bucketing& bucketing);

}  // namespace trifle::cli
