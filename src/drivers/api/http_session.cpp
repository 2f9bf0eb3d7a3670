#include "drivers/api/http_session.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <stdexcept>

namespace trifle::stats::detail::api {
namespace {

// Servers close what is idle, many after 60 seconds, some after 5. A request that meets the closing has an unknown
// outcome, so an idle connection is left alone early.
constexpr long kLongestIdle = 4;  // seconds

constexpr std::size_t kLongestAnswer = 256u << 20;         // of a read, uncompressed
constexpr std::size_t kLongestAnswerToAWrite = 64u << 10;  // the rest is thrown away

/// While it lives, a connection that the server closed costs the calling thread no SIGPIPE: OpenSSL writes without a
/// thought of it, and libcurl's own remedy is the whole process's.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    was_pending_ = is_pending();
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;
  ~NoSigpipe() {
    constexpr timespec kAtOnce{};
    if (!was_pending_ && is_pending()) sigtimedwait(&sigpipe_, nullptr, &kAtOnce);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  static bool is_pending() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
  }

  sigset_t sigpipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

CURL* new_handle() {
  static const CURLcode ready = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const handle = ready == CURLE_OK ? ::curl_easy_init() : nullptr;
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

}  // namespace

/// What happens during one request.
struct HttpSession::Exchange {
  bool writes = false;
  int begun = 0;           // how often the client library was about to send it
  bool head_came = false;  // status line and headers, of the final answer
  std::string body;
  std::array<char, CURL_ERROR_SIZE> text{};

  /// The client library sends a request again by itself where a kept connection turns out to be closed. A write must
  /// not be.
  static int about_to_send(void* self, char*, char*, int, int) {
    auto& exchange = *static_cast<Exchange*>(self);
    return ++exchange.begun > 1 && exchange.writes ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
  }

  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    auto& exchange = *static_cast<Exchange*>(self);
    if (line.starts_with("HTTP/")) {
      const auto space = line.find(' ');
      exchange.informal_ = space == std::string_view::npos || line.substr(space + 1, 1) == "1";  // 1xx: another follows
    } else if (line == "\r\n" || line == "\n") {
      exchange.head_came = !exchange.informal_;
    }
    return size * count;
  }

  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const auto bytes = size * count;
    const auto limit = exchange.writes ? kLongestAnswerToAWrite : kLongestAnswer;
    const auto room = limit - exchange.body.size();
    if (bytes > room && !exchange.writes) return 0;  // ends the transfer
    try {
      exchange.body.append(data, std::min(bytes, room));
    } catch (const std::bad_alloc&) {
      return 0;
    }
    return bytes;
  }

 private:
  bool informal_ = true;
};

HttpSession::HttpSession(const Endpoint& endpoint, const drivers::ApiOptions& options)
    : endpoint_(endpoint),
      token_(options.token),
      curl_(new_handle(), ::curl_easy_cleanup),
      asking_(headers(options.token, options.source_id, nullptr, nullptr)),
      sending_(headers(options.token, options.source_id, "Content-Type: application/json", nullptr)),
      sending_gzip_(
          headers(options.token, options.source_id, "Content-Type: application/json", "Content-Encoding: gzip")) {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, endpoint.encrypted ? "https" : "http");
  set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // the system's authorities
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  set(CURLOPT_MAXAGE_CONN, kLongestIdle);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_USERAGENT, "trifle-stats-cpp/" TRIFLE_STATS_VERSION);
  set(CURLOPT_PREREQFUNCTION, &Exchange::about_to_send);
  set(CURLOPT_HEADERFUNCTION, &Exchange::take_header);
  set(CURLOPT_WRITEFUNCTION, &Exchange::take_body);
}

template <class T>
void HttpSession::set(CURLoption option, T value) {
  if (const auto code = ::curl_easy_setopt(curl_.get(), option, value); code != CURLE_OK) {
    if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
    throw StorageError("the client library can't be set up as it must be: " + std::string(::curl_easy_strerror(code)),
                       {.backend = std::string(kBackend), .native_code = static_cast<int>(code)});
  }
}

HttpSession::List HttpSession::headers(std::string_view token, std::string_view source_id, const char* more,
                                       const char* still_more) const {
  List list(nullptr, ::curl_slist_free_all);
  const auto add = [&](const std::string& header) {
    curl_slist* const longer = ::curl_slist_append(list.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    (void)list.release();
    list.reset(longer);
  };
  add("Authorization: Bearer " + std::string(token));
  if (!source_id.empty()) add("X-Trifle-Source-Id: " + std::string(source_id));
  add("Accept: application/json");
  add("Expect:");  // no waiting for a 100 before the body
  if (more != nullptr) add(more);
  if (still_more != nullptr) add(still_more);
  return list;
}

HttpSession::Reply HttpSession::get(const std::string& path, std::string_view operation) {
  set(CURLOPT_HTTPGET, 1L);
  return perform(path, operation, asking_.get(), nullptr);
}

HttpSession::Reply HttpSession::post(const std::string& path, const std::string& body, bool gzip,
                                     std::string_view operation) {
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  set(CURLOPT_POSTFIELDS, body.data());
  return perform(path, operation, gzip ? sending_gzip_.get() : sending_.get(), &body);
}

HttpSession::Reply HttpSession::perform(const std::string& path, std::string_view operation, const curl_slist* list,
                                        const std::string* body) {
  Exchange exchange;
  exchange.writes = body != nullptr;
  set(CURLOPT_URL, (endpoint_.base + path).c_str());
  set(CURLOPT_HTTPHEADER, list);
  set(CURLOPT_ERRORBUFFER, exchange.text.data());
  set(CURLOPT_PREREQDATA, static_cast<void*>(&exchange));
  set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  const CURLcode code = [&] {
    const NoSigpipe quiet;
    return ::curl_easy_perform(curl_.get());
  }();
  ::curl_easy_setopt(curl_.get(), CURLOPT_ERRORBUFFER, nullptr);

  // The library calls it a success, too, where the connection ends within the head.
  if (!exchange.head_came || (code != CURLE_OK && !exchange.writes)) {
    if (code == CURLE_OUT_OF_MEMORY && exchange.begun == 0) throw std::bad_alloc();
    const auto lost = exchange.begun == 0 ? Lost::Before : exchange.writes ? Lost::Write : Lost::Read;
    const char* const text = exchange.text[0] != '\0' ? exchange.text.data()
                             : code == CURLE_OK       ? "the answer's head was cut"
                                                      : ::curl_easy_strerror(code);
    raise(verdict(lost, code == CURLE_OPERATION_TIMEDOUT), operation, static_cast<int>(code), without_token(text));
  }

  Reply reply;
  long status = 0;
  ::curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  const bool is_data = !exchange.writes && status >= 200 && status < 300;
  reply.body = is_data ? std::move(exchange.body) : without_token(std::move(exchange.body));
  const char* type = nullptr;
  if (::curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != nullptr)
    reply.content_type = type;
  curl_off_t pause = 0;
  if (::curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &pause) == CURLE_OK && pause > 0)
    reply.retry_after = std::chrono::seconds(pause);
  return reply;
}

/// A server that repeats the token in an answer would have it in our messages.
std::string HttpSession::without_token(std::string text) const {
  constexpr std::string_view kMask = "***";
  for (auto at = text.find(token_); at != std::string::npos; at = text.find(token_, at + kMask.size()))
    text.replace(at, token_.size(), kMask);
  return text;
}

std::string HttpSession::escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

}  // namespace trifle::stats::detail::api
