#pragma once

#include <string>

namespace trifle::stats::test {

struct HttpReply {
  int status = 0;
  std::string body;
};

/// One request to a server on this machine, `base` being http://127.0.0.1:PORT, and its whole reply. Throws
/// std::runtime_error where there is none.
HttpReply http_call(const std::string& base, const std::string& method, const std::string& path,
                    const std::string& body);

}  // namespace trifle::stats::test
