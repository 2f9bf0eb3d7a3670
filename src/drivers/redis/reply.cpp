#include "drivers/redis/reply.hpp"

#include <hiredis/hiredis.h>

namespace trifle::stats::detail::redis {

/// What hiredis calls, from C: no exception may pass, and null means that memory is missing.
struct Reply::Building {
  static Reply* of(const redisReadTask* task) noexcept { return static_cast<Reply*>(task->privdata); }

  static void* add(const redisReadTask* task, Node node, std::string_view text = {}) noexcept {
    auto* const reply = of(task);
    try {
      if (!task->parent) reply->clear();
      node.from = reply->texts_.size();
      node.length = text.size();
      reply->texts_.append(text);
      reply->nodes_.push_back(node);
      return reply;
    } catch (...) {
      return nullptr;
    }
  }

  static void* string(const redisReadTask* task, char* text, std::size_t size) {
    const auto type = task->type == REDIS_REPLY_ERROR    ? Type::Error
                      : task->type == REDIS_REPLY_STATUS ? Type::Status
                                                         : Type::Text;
    return add(task, {.type = type}, {text, size});
  }
  static void* array(const redisReadTask* task, int elements) {
    return add(task, {.type = Type::Array, .integer = elements});
  }
  static void* integer(const redisReadTask* task, long long value) {
    return add(task, {.type = Type::Integer, .integer = value});
  }
  static void* nil(const redisReadTask* task) { return add(task, {.type = Type::Nil}); }
  static void free(void*) {}
};

redisReplyObjectFunctions* Reply::functions() noexcept {
  static redisReplyObjectFunctions all = {Building::string, Building::array, Building::integer, Building::nil,
                                          Building::free};
  return &all;
}

}  // namespace trifle::stats::detail::redis
