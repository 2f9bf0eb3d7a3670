#pragma once

#include <cstddef>

namespace trifle::stats::detail {

/// Asks the system to back fresh, large memory with large pages: one trap into the kernel for 2 MB that are touched for
/// the first time, instead of 512. Memory in use stays what it was, since only whole large pages inside of it count.
/// Where the system has none, nothing happens.
void prefer_large_pages(void* data, std::size_t bytes) noexcept;

}  // namespace trifle::stats::detail
