#include "drivers/mongo/library.hpp"

#include <mongoc/mongoc.h>

#include <mutex>

namespace trifle::stats::detail::mongo {
namespace {

thread_local std::vector<std::string>* listener = nullptr;

void hear(mongoc_log_level_t level, const char*, const char* message, void*) {
  if (!listener || level > MONGOC_LOG_LEVEL_WARNING) return;
  try {
    listener->emplace_back(message);
  } catch (...) {  // out of memory; it comes from C
  }
}

}  // namespace

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    mongoc_init();
    mongoc_log_set_handler(hear, nullptr);
  });
}

Complaints::Complaints() { listener = &all_; }
Complaints::~Complaints() { listener = nullptr; }

}  // namespace trifle::stats::detail::mongo
