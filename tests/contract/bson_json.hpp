#pragma once

#include <bson/bson.h>
#include <locale.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "drivers/mongo/document.hpp"

namespace trifle::stats::test {

/// Numbers with a decimal point, whatever the process's locale: libbson reads and prints JSON with the C library's
/// functions.
class WithDecimalPoints {
 public:
  WithDecimalPoints() : plain_(::newlocale(LC_ALL_MASK, "C", nullptr)), before_(::uselocale(plain_)) {}
  WithDecimalPoints(const WithDecimalPoints&) = delete;
  WithDecimalPoints& operator=(const WithDecimalPoints&) = delete;
  ~WithDecimalPoints() {
    ::uselocale(before_);
    ::freelocale(plain_);
  }

 private:
  ::locale_t plain_;
  ::locale_t before_;
};

inline detail::mongo::Document bson_of_json(const std::string& json) {
  const WithDecimalPoints points;
  bson_error_t error{};
  bson_t* const bson =
      bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()), static_cast<ssize_t>(json.size()), &error);
  if (!bson) throw std::runtime_error("JSON: " + (error.message + (" in " + json)));
  detail::mongo::Document document(*bson);
  bson_destroy(bson);
  return document;
}

/// Canonical extended JSON.
inline std::string json_of_bson(const bson_t* bson) {
  const WithDecimalPoints points;
  const std::unique_ptr<char, void (*)(void*)> text(bson_as_canonical_extended_json(bson, nullptr), bson_free);
  return text.get();
}

}  // namespace trifle::stats::test
