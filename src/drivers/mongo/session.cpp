#include "drivers/mongo/session.hpp"

#include <utility>

namespace trifle::stats::detail::mongo {

Connection& Session::connection(std::string_view operation) {
  if (connection_ && connection_->broken()) drop();
  if (!connection_) {
    used_ = false;
    index_seen_ = false;
    connection_ = std::make_unique<Connection>(url_, use_, operation);
  }
  connection_->forget_failure();
  if (!abandoned_.empty()) end_abandoned(operation);
  return *connection_;
}

void Session::drop() {
  if (auto open = connection_->open_session()) abandoned_.push_back(std::move(*open));
  connection_.reset();
}

bool Session::usable_after(const Error&) noexcept {
  try {
    if (connection_ && connection_->broken()) drop();
  } catch (...) {  // out of memory: the transaction ends by itself
    connection_.reset();
  }
  return true;
}

/// Ends the transactions of connections that died: what they did is undone, their locks are gone, and a commit that
/// arrives late has nothing to commit.
void Session::end_abandoned(std::string_view operation) {
  Document command;
  {
    Within sessions(command.get(), "killSessions", Within::Kind::Array);
    for (std::size_t i = 0; i < abandoned_.size(); ++i) add(sessions.get(), std::to_string(i), abandoned_[i].get());
  }
  try {
    connection_->run_in("admin", command.get(), nullptr, Phase::Ask, operation);
  } catch (const Error&) {
    // A server that doesn't let us ends them by itself after a minute; until then it says that their rows are taken.
    if (connection_->broken()) throw;
    return;
  }
  abandoned_.clear();
}

}  // namespace trifle::stats::detail::mongo
