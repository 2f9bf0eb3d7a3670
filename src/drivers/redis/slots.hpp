#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trifle::stats::detail::redis {

/// A cluster's names are shared out by slot, and what happens in one slot is atomic.
using Slot = std::uint16_t;
inline constexpr std::size_t kSlots = 16'384;

/// The slot of a name: of what is between its first { and the next }, where that is something, or else of all of it.
Slot slot_of(std::string_view name) noexcept;

/// A few digits of that slot: a name that begins with them in braces is in it.
std::string tag_of(Slot slot);

}  // namespace trifle::stats::detail::redis
