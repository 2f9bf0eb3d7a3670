#include "drivers/api/endpoint.hpp"

#include <curl/curl.h>

#include <memory>
#include <string_view>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::api {
namespace {

constexpr std::string_view kVersion = "/api/v1";

class Url {
 public:
  explicit Url(const std::string& text) : url_(::curl_url(), ::curl_url_cleanup) {
    if (!url_) throw std::bad_alloc();
    if (::curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        text.find('\0') != std::string::npos) {
      throw InvalidArgument("the option url is no URL; the form is https://host, with a port or a path where needed");
    }
  }

  /// Empty where there is none.
  std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (::curl_url_get(url_.get(), which, &text, 0) != CURLUE_OK) return {};
    const std::unique_ptr<char, decltype(&::curl_free)> owned(text, ::curl_free);
    return text;
  }

 private:
  std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)> url_;
};

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

Endpoint::Endpoint(const drivers::ApiOptions& options) {
  const Url url(options.url);
  const std::string scheme = url.part(CURLUPART_SCHEME);
  const std::string host = url.part(CURLUPART_HOST);
  if (scheme != "https" && scheme != "http") {
    throw InvalidArgument("the option url begins with " + scheme +
                          "://; allowed are https:// and, on this machine, http://");
  }
  if (!url.part(CURLUPART_USER).empty() || !url.part(CURLUPART_PASSWORD).empty()) {
    throw InvalidArgument("the option url holds a user or a password; the API wants its token in the option token");
  }
  if (!url.part(CURLUPART_QUERY).empty() || !url.part(CURLUPART_FRAGMENT).empty()) {
    throw InvalidArgument("the option url has parameters behind a ? or a #; the API's has none");
  }
  encrypted = scheme == "https";
  if (!encrypted && !options.clear_text && !is_this_machine(host)) {
    throw InvalidArgument("the option url is http://" + host +
                          ": the token would be sent in clear text; use https://, or .clear_text where that is meant");
  }
  base = url.part(CURLUPART_URL);
  while (base.ends_with('/')) base.pop_back();
  if (!base.ends_with(kVersion)) base += kVersion;
}

}  // namespace trifle::stats::detail::api
