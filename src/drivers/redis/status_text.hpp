#pragma once

#include <string>
#include <string_view>

#include "driver/row_driver.hpp"

namespace trifle::stats::detail::redis {

/// A status as it is stored: "<unix seconds> <packed object>".
std::string status_text(const StoredStatus& status);

/// The other way. Throws CorruptData where it isn't one of ours.
StoredStatus status_of(std::string_view text);

}  // namespace trifle::stats::detail::redis
