#pragma once

#include <cstddef>
#include <string>

#include "drivers/redis/command.hpp"
#include "drivers/redis/failure.hpp"
#include "drivers/redis/reply.hpp"
#include "drivers/redis/slots.hpp"

namespace trifle::stats::detail::redis {

/// Why a request wasn't answered.
struct Failure {
  Verdict verdict;
  int native_code = 0;
  std::string native_text = {};
};

/// Requests to a cluster, each of which concerns one slot, by their numbers from 0 on. Each is answered or fails, in
/// any order.
class SlotRequests {
 public:
  virtual ~SlotRequests() = default;

  virtual std::size_t size() const = 0;
  virtual Slot slot(std::size_t request) const = 0;
  /// Appends one; more than once, where the node that was asked sends us to another.
  virtual void append(std::size_t request, Commands& to) = 0;

  /// The reply, which is no error.
  virtual void answered(std::size_t request, const Reply& reply) = 0;
  virtual void failed(std::size_t request, const Failure& failure) = 0;
  /// It was answered, but fewer replicas have it than were asked for.
  virtual void lacks_replicas(std::size_t) {}
};

}  // namespace trifle::stats::detail::redis
