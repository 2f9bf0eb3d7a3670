#pragma once

#include <mongoc/mongoc.h>

#include <memory>
#include <string>

#include <trifle/stats/drivers/mongo.hpp>

namespace trifle::stats::detail::mongo {

/// A connection string that libmongoc has understood in full, with what the options add to it. Immutable.
class Url {
 public:
  /// Throws InvalidArgument, without the password.
  Url(const std::string& text, const drivers::MongoOptions& options);

  const mongoc_uri_t* get() const noexcept { return uri_.get(); }
  const std::string& database() const noexcept { return database_; }

 private:
  struct Destroy {
    void operator()(mongoc_uri_t* uri) const noexcept { mongoc_uri_destroy(uri); }
  };
  std::unique_ptr<mongoc_uri_t, Destroy> uri_;
  std::string database_;
};

}  // namespace trifle::stats::detail::mongo
