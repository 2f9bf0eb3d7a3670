#pragma once

#include <bson/bson.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include <trifle/stats/number.hpp>

// libbson's documents are aligned by an attribute, of which GCC says in every std::function of a reference to one that
// it has no part in the type: nor need it have.
#pragma GCC diagnostic ignored "-Wignored-attributes"

namespace trifle::stats::detail::mongo {

/// A BSON document that is owned; empty of one that was moved from.
class Document {
 public:
  Document() : bson_(bson_new()) {}
  explicit Document(const bson_t& copied) : bson_(bson_copy(&copied)) {}
  Document(Document&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
  Document& operator=(Document&& other) noexcept {
    std::swap(bson_, other.bson_);
    return *this;
  }
  ~Document() { bson_destroy(bson_); }

  bson_t* get() noexcept { return bson_; }
  const bson_t* get() const noexcept { return bson_; }
  std::uint32_t size() const noexcept { return bson_->len; }

 private:
  bson_t* bson_;
};

/// A document or an array within another, from here to the end of its scope; meanwhile the other one isn't touched.
class Within {
 public:
  enum class Kind { Document, Array };

  Within(bson_t* parent, std::string_view name, Kind kind = Kind::Document) : parent_(parent), kind_(kind) {
    const auto size = static_cast<int>(name.size());
    if (kind_ == Kind::Document) {
      bson_append_document_begin(parent, name.data(), size, &child_);
    } else {
      bson_append_array_begin(parent, name.data(), size, &child_);
    }
  }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
  ~Within() {
    if (kind_ == Kind::Document) {
      bson_append_document_end(parent_, &child_);
    } else {
      bson_append_array_end(parent_, &child_);
    }
  }

  bson_t* get() noexcept { return &child_; }

 private:
  bson_t* parent_;
  Kind kind_;
  bson_t child_;
};

inline void add(bson_t* to, std::string_view name, std::string_view text) {
  bson_append_utf8(to, name.data(), static_cast<int>(name.size()), text.data(), static_cast<int>(text.size()));
}
inline void add(bson_t* to, std::string_view name, const char* text) { add(to, name, std::string_view(text)); }
inline void add(bson_t* to, std::string_view name, std::int32_t number) {
  bson_append_int32(to, name.data(), static_cast<int>(name.size()), number);
}
inline void add(bson_t* to, std::string_view name, std::int64_t number) {
  bson_append_int64(to, name.data(), static_cast<int>(name.size()), number);
}
inline void add(bson_t* to, std::string_view name, double number) {
  bson_append_double(to, name.data(), static_cast<int>(name.size()), number);
}
inline void add(bson_t* to, std::string_view name, bool yes) {
  bson_append_bool(to, name.data(), static_cast<int>(name.size()), yes);
}
inline void add(bson_t* to, std::string_view name, const bson_t* document) {
  bson_append_document(to, name.data(), static_cast<int>(name.size()), document);
}
inline void add_date(bson_t* to, std::string_view name, std::int64_t milliseconds) {
  bson_append_date_time(to, name.data(), static_cast<int>(name.size()), milliseconds);
}
inline void add_bytes(bson_t* to, std::string_view name, const std::uint8_t* bytes, std::size_t size) {
  bson_append_binary(to, name.data(), static_cast<int>(name.size()), BSON_SUBTYPE_BINARY, bytes,
                     static_cast<std::uint32_t>(size));
}
/// A double without a fraction, up to 2^53, as the integer that it is: so are all of them stored.
inline void add(bson_t* to, std::string_view name, Number number) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto integer = number.to_int64();
  if (integer && (number.is_integer() || (*integer >= -kExact && *integer <= kExact))) {
    add(to, name, *integer);
  } else {
    add(to, name, number.to_double());
  }
}

/// Moves `iter` to a member; false where there is none.
inline bool find(bson_iter_t& iter, const bson_t* in, const char* name) { return bson_iter_init_find(&iter, in, name); }

}  // namespace trifle::stats::detail::mongo
