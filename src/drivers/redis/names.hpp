#pragma once

#include <cstddef>
#include <string>

#include "driver/layout.hpp"
#include "driver/rows.hpp"
#include "drivers/redis/slots.hpp"

namespace trifle::stats::detail::redis {

inline constexpr std::size_t kMaxKeyLength = 65'535;  // the server takes more; nobody should

/// The names of what isn't a bucket. None can be a bucket's: that has the separator behind the prefix, then a key, a
/// granularity and digits, of which these lack the last two or the first.
struct Names {
  explicit Names(const Layout& layout) : statuses(layout.prefix + "_ping"), ledger(layout.prefix + "_batches") {
    ledger += layout.separator;
  }

  static std::string hexadecimal(const Rows::Id& id) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : id) {
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    }
    return text;
  }

  std::string batch(const Rows::Id& id) const { return ledger + hexadecimal(id); }

  /// The name, in that slot, of what a program wrote there last.
  std::string last_batch(Slot slot, const Rows::Id& program) const {
    std::string name(1, '{');
    return name.append(tag_of(slot)).append(1, '}').append(batch(program));
  }

  std::string statuses;  ///< the hash of the statuses: key to "<unix seconds> <packed object>"
  std::string ledger;    ///< what the name of a batch's key begins with
};

}  // namespace trifle::stats::detail::redis
