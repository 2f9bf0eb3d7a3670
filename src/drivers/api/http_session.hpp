#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <trifle/stats/drivers/api.hpp>
#include <trifle/stats/error.hpp>

#include "drivers/api/endpoint.hpp"
#include "drivers/api/failure.hpp"

namespace trifle::stats::detail::api {

/// One connection to the server, kept for the next request and opened anew when it can't be. Not for two threads at
/// once.
class HttpSession {
 public:
  HttpSession(const Endpoint& endpoint, const drivers::ApiOptions& options);

  struct Reply {
    int status = 0;
    std::string content_type;
    std::string body;
    std::chrono::seconds retry_after{0};

    Answer answer() const noexcept { return {.status = status, .content_type = content_type, .body = body}; }
  };

  /// `path` begins behind the API's base and is escaped. Throws where no whole answer came.
  Reply get(const std::string& path, std::string_view operation);

  /// Sends at most once: a request that may have arrived is never sent again. Throws where no answer came; one whose
  /// head came in full is an answer, even if its body was cut.
  Reply post(const std::string& path, const std::string& body, bool gzip, std::string_view operation);

  /// `text` with everything escaped that means something in a URL.
  static std::string escaped(std::string_view text);

  /// The client library heals itself: it looks at a connection before it uses it again.
  bool usable_after(const Error&) const noexcept { return true; }

 private:
  struct Exchange;
  using List = std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)>;

  template <class T>
  void set(CURLoption option, T value);
  List headers(std::string_view token, std::string_view source_id, const char* more, const char* still_more) const;
  Reply perform(const std::string& path, std::string_view operation, const curl_slist* list, const std::string* body);
  std::string without_token(std::string text) const;

  const Endpoint& endpoint_;
  const std::string token_;
  std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)> curl_;
  List asking_;
  List sending_;
  List sending_gzip_;
};

}  // namespace trifle::stats::detail::api
