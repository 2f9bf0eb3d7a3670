#pragma once

#include <string>
#include <vector>

namespace trifle::stats::detail::mongo {

/// Makes libmongoc ready, once; it is never taken down, for nobody knows who else uses it. Any thread.
void start_library();

/// What libmongoc says in this thread while this is alive, its warnings and worse, instead of printing it.
class Complaints {
 public:
  Complaints();
  Complaints(const Complaints&) = delete;
  Complaints& operator=(const Complaints&) = delete;
  ~Complaints();

  const std::vector<std::string>& all() const noexcept { return all_; }

 private:
  std::vector<std::string> all_;
};

}  // namespace trifle::stats::detail::mongo
