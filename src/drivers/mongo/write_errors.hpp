#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "drivers/mongo/document.hpp"

namespace trifle::stats::detail::mongo {

/// Calls `each(std::size_t statement, std::int32_t code, std::string text)` for what failed of an `update` or an
/// `insert`.
template <class Each>
void for_each_write_error(const Document& reply, Each&& each) {
  bson_iter_t errors;
  bson_iter_t error;
  if (!find(errors, reply.get(), "writeErrors") || !bson_iter_recurse(&errors, &error)) return;
  while (bson_iter_next(&error)) {
    bson_iter_t member;
    if (!bson_iter_recurse(&error, &member)) continue;
    std::size_t statement = 0;
    std::int32_t code = 0;
    std::string text;
    while (bson_iter_next(&member)) {
      const std::string_view name = bson_iter_key(&member);
      if (name == "index") statement = static_cast<std::size_t>(bson_iter_as_int64(&member));
      if (name == "code") code = static_cast<std::int32_t>(bson_iter_as_int64(&member));
      if (name == "errmsg" && BSON_ITER_HOLDS_UTF8(&member)) text = bson_iter_utf8(&member, nullptr);
    }
    each(statement, code, std::move(text));
  }
}

/// How many documents an `update` matched or made.
inline std::int64_t matched(const Document& reply) {
  bson_iter_t iter;
  return find(iter, reply.get(), "n") ? bson_iter_as_int64(&iter) : 0;
}

}  // namespace trifle::stats::detail::mongo
