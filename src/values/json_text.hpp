#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trifle::stats::detail {

/// Appends a JSON string with its quotes; `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// The order in which NestedJson takes stored names: by their literal segments, bytewise, one after the other.
bool nested_before(std::string_view stored_a, std::string_view stored_b);

/// Writes flat (stored name, value) pairs as one nested JSON object, in the order of `nested_before`, each name once.
/// Where a name is both a value and a map, the map is shown.
class NestedJson {
 public:
  /// How a name is shown: as it is, or as users spell it in a path, `test\.rb`.
  enum class Names { Literal, Spelled };

  /// Appends to `out`, which must outlive the writer and is complete after `finish`.
  explicit NestedJson(std::string& out, Names names = Names::Literal);

  /// `json` is the value's JSON text.
  void add(std::string_view stored, std::string_view json);
  void finish();

 private:
  void write_pending();
  void close_to(std::size_t length);
  void write_name(std::string_view segment);

  std::string& out_;
  const Names names_;
  std::string pending_;  // the name added last: it is written once the next one tells that it is no map
  std::string pending_value_;
  bool has_pending_ = false;
  std::string open_;   // the stored segments of the open maps, each with a dot behind it
  bool first_ = true;  // no comma is due
};

}  // namespace trifle::stats::detail
