#include "drivers/mongo/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include <trifle/stats/error.hpp>

#include "drivers/mongo/library.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr const char* kDatabase = "trifle_stats";
constexpr const char* kForm = "; the form is mongodb://user:password@host:port/database?option=value";

/// The option that a complaint is about: the first word between quotes. What is behind it may be a secret.
std::string named_in(const std::string& complaint) {
  const auto begin = complaint.find('"');
  const auto end = complaint.find('"', begin + 1);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return complaint.substr(begin, end + 1 - begin);
}

void set_duration(mongoc_uri_t* uri, const char* option, std::chrono::milliseconds given) {
  if (!mongoc_uri_has_option(uri, option))
    mongoc_uri_set_option_as_int32(uri, option, static_cast<std::int32_t>(given.count()));
}

void set_write_concern(mongoc_uri_t* uri, const std::string& given) {
  if (mongoc_uri_has_option(uri, MONGOC_URI_W)) {
    if (!mongoc_write_concern_is_acknowledged(mongoc_uri_get_write_concern(uri)))
      throw InvalidArgument("the MongoDB URL has w=0: nobody would know what became of a write");
    return;
  }
  const std::unique_ptr<mongoc_write_concern_t, void (*)(mongoc_write_concern_t*)> concern(
      mongoc_write_concern_copy(mongoc_uri_get_write_concern(uri)), mongoc_write_concern_destroy);
  std::int32_t members = 0;
  const auto read = std::from_chars(given.data(), given.data() + given.size(), members);
  if (given == "majority") {
    mongoc_write_concern_set_w(concern.get(), MONGOC_WRITE_CONCERN_W_MAJORITY);
  } else if (read.ec == std::errc() && read.ptr == given.data() + given.size()) {
    mongoc_write_concern_set_w(concern.get(), members);
  } else {
    mongoc_write_concern_set_wtag(concern.get(), given.c_str());
  }
  mongoc_uri_set_write_concern(uri, concern.get());
}

}  // namespace

Url::Url(const std::string& text, const drivers::MongoOptions& options) {
  start_library();
  if (text.find('\0') != std::string::npos) throw InvalidArgument(std::string("the MongoDB URL holds a NUL") + kForm);
  const Complaints complaints;
  bson_error_t error{};
  uri_.reset(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri_) throw InvalidArgument(std::string("the MongoDB URL can't be read") + kForm);
  // libmongoc passes over what it doesn't understand: tls=yes would be a connection in clear text.
  if (!complaints.all().empty())
    throw InvalidArgument("the MongoDB URL has an option that isn't known, or with a value that isn't allowed: " +
                          named_in(complaints.all().front()));

  const char* const database = mongoc_uri_get_database(uri_.get());
  database_ = database && *database ? database : kDatabase;
  set_write_concern(uri_.get(), options.write_concern);
  set_duration(uri_.get(), MONGOC_URI_CONNECTTIMEOUTMS, options.connect_timeout);
  set_duration(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS, options.reply_timeout);
  if (options.selection_timeout.count() > 0 && !mongoc_uri_has_option(uri_.get(), MONGOC_URI_SERVERSELECTIONTRYONCE))
    mongoc_uri_set_option_as_bool(uri_.get(), MONGOC_URI_SERVERSELECTIONTRYONCE, false);
  if (options.selection_timeout.count() > 0)
    set_duration(uri_.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, options.selection_timeout);
  // The driver tries again by itself, over another connection and with what it knows of the batch.
  mongoc_uri_set_option_as_bool(uri_.get(), MONGOC_URI_RETRYWRITES, false);
  mongoc_uri_set_option_as_bool(uri_.get(), MONGOC_URI_RETRYREADS, false);
}

}  // namespace trifle::stats::detail::mongo
