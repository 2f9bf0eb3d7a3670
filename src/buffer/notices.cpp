#include "buffer/notices.hpp"

namespace trifle::stats::detail {

void Listeners::tell(const Error& error) const noexcept {
  try {
    if (on_error) on_error(error);
  } catch (...) {  // the callback's own; there is nobody to tell
  }
}

void Listeners::tell(const Dropped& dropped) const noexcept {
  try {
    if (on_drop) on_drop(dropped);
  } catch (...) {
  }
}

}  // namespace trifle::stats::detail
