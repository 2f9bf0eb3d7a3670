#pragma once

namespace trifle::stats::detail {

/// What a measurement does to what is stored.
enum class Change { Increment, Set };

}  // namespace trifle::stats::detail
