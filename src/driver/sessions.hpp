#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {

/// What a driver's connections are for.
enum class Use { Write, Read };

/// The connections of a driver: one writes, behind a lock; a few others read, each lent to one call at a time, opened
/// when needed. So reading never waits for a write, unless `one` says that there is a single session for both.
///
/// `Session::usable_after(const Error&)` says what a failure leaves of a session: false closes it, and the next call
/// opens another. Any call from any thread.
template <class Session>
class Sessions {
 public:
  using Open = std::function<std::unique_ptr<Session>(Use)>;

  Sessions(Open open, std::size_t max_readers, bool one) : open_(std::move(open)), limit_(max_readers), one_(one) {
    idle_.reserve(limit_);
  }

  /// Calls `work(Session&)`. What it throws passes through; `failed(Session&, const Error&)` may throw another Error in
  /// its place, and the session is healed in any case.
  template <class Work, class Failed>
  void with_writer(Work&& work, Failed&& failed) {
    lend(Use::Write, [&](Held& held) { run(held, work, failed); });
  }

  template <class Work, class Failed>
  void with_reader(Work&& work, Failed&& failed) {
    lend(Use::Read, [&](Held& held) { run(held, work, failed); });
  }

  /// The same, and again with another session where the connection proves lost of one that served a call before: the
  /// server was restarted, a firewall forgot it, which says nothing about the server as it is now. `may_repeat(const
  /// Error&)` has the last word: nothing must be done twice.
  template <class Work, class Failed, class MayRepeat>
  void with(Use use, Work&& work, Failed&& failed, MayRepeat&& may_repeat) {
    std::optional<ConnectionError> open;  // what became of it is unknown, if what follows isn't applied
    const auto stays_open = [&](const Error& error) {
      return open && error.outcome() == Outcome::NotApplied && error.rows().empty();
    };
    for (;;) {
      bool again = false;
      try {
        lend(use, [&](Held& held) {
          const bool served = held.served && !one_;
          try {
            run(held, work, failed);
          } catch (const ConnectionError& error) {
            again = served && may_repeat(error);
            throw;
          }
        });
        return;
      } catch (const ConnectionError& error) {
        if (!again && stays_open(error)) throw ConnectionError(*open);
        if (!again) throw;
        if (error.outcome() == Outcome::Unknown) open = error;
      } catch (const Error& error) {
        if (stays_open(error)) throw ConnectionError(*open);
        throw;
      }
    }
  }

  /// Puts in what was opened already: the only session, or the first that reads.
  void adopt(std::unique_ptr<Session> session) {
    if (one_) {
      writer_.session = std::move(session);
    } else {
      idle_.push_back({std::move(session)});
      ++readers_;
    }
  }

  /// Hands out all sessions, for who must end them in a way of its own. Nobody may be using them.
  std::vector<std::unique_ptr<Session>> release() {
    std::vector<std::unique_ptr<Session>> all;
    for (auto& held : idle_) all.push_back(std::move(held.session));
    idle_.clear();
    if (writer_.session) all.push_back(std::move(writer_.session));
    return all;
  }

 private:
  struct Held {
    std::unique_ptr<Session> session;
    bool served = false;  // a call came to its end on it
  };

  /// A reading session, lent for one call. Null on return: it was closed, and another may be opened in its place.
  struct Reader {
    explicit Reader(Sessions& all) : sessions(all), held(all.take()) {}
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() { sessions.give_back(std::move(held)); }

    Sessions& sessions;
    Held held;
  };

  template <class Call>
  void lend(Use use, Call&& call) {
    if (use == Use::Read && !one_) {
      Reader reader(*this);
      call(reader.held);
      return;
    }
    const std::lock_guard lock(writing_);
    if (!writer_.session) writer_ = {open_(Use::Write)};
    call(writer_);
  }

  template <class Work, class Failed>
  void run(Held& held, Work& work, Failed& failed) {
    try {
      work(*held.session);
      held.served = true;
    } catch (const Error& error) {
      Healed healed{held.session, error};
      failed(*held.session, error);
      throw;
    }
  }

  struct Healed {
    std::unique_ptr<Session>& session;
    const Error& error;
    ~Healed() {
      if (!session->usable_after(error)) session.reset();
    }
  };

  Held take() {
    {
      std::unique_lock lock(reading_);
      free_.wait(lock, [&] { return !idle_.empty() || readers_ < limit_; });
      if (!idle_.empty()) {
        auto held = std::move(idle_.back());
        idle_.pop_back();
        return held;
      }
      ++readers_;
    }
    try {
      return {open_(Use::Read)};
    } catch (...) {
      give_back({});
      throw;
    }
  }

  void give_back(Held held) noexcept {
    {
      const std::lock_guard lock(reading_);
      if (held.session) {
        idle_.push_back(std::move(held));  // within the capacity that the constructor reserved
      } else {
        --readers_;
      }
    }
    free_.notify_one();
  }

  const Open open_;
  const std::size_t limit_;
  const bool one_;

  std::mutex writing_;
  Held writer_;

  std::mutex reading_;
  std::condition_variable free_;
  std::vector<Held> idle_;
  std::size_t readers_ = 0;  // idle or lent to a call
};

}  // namespace trifle::stats::detail
