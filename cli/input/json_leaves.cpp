#include "input/json_leaves.hpp"

#include <utility>

#include "failure.hpp"
#include "output/text.hpp"

namespace trifle::cli {

void JsonLeaves::read(std::string_view json) {
  names_.clear();
  seen_.clear();
  path_bytes_ = 0;
  nlohmann::json::sax_parse(json, this);
}

std::string JsonLeaves::path(std::size_t skip) const {
  std::string text;
  for (std::size_t i = skip; i < names_.size(); ++i) {
    if (i > skip) text += '.';
    text += names_[i];
  }
  return text;
}

void JsonLeaves::value(stats::StatusValue&& value) {
  if (seen_.empty()) throw Failure("values must be a JSON object");
  for (const auto& name : names_) path_bytes_ += name.size() + 1;
  if (path_bytes_ > kMostPathBytes) throw Failure("its paths are longer than 8 MiB together");
  leaf(std::move(value));
}

bool JsonLeaves::null() {
  value(nullptr);
  return true;
}

bool JsonLeaves::boolean(bool yes) {
  value(yes);
  return true;
}

bool JsonLeaves::number_integer(number_integer_t number) {
  value(stats::Number(number));
  return true;
}

bool JsonLeaves::number_unsigned(number_unsigned_t number) {
  if (number > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) {
    throw Failure(in_quotes(path()) + ": " + std::to_string(number) + " is beyond 64 bits");
  }
  value(stats::Number(static_cast<std::int64_t>(number)));
  return true;
}

bool JsonLeaves::number_float(number_float_t number, const string_t& text) {
  // The parser falls back to a double for an integer that doesn't fit; that would round in silence.
  if (text.find_first_of(".eE") == std::string::npos) {
    throw Failure(in_quotes(path()) + ": " + text.substr(0, 60) + " is beyond 64 bits");
  }
  value(stats::Number(number));
  return true;
}

bool JsonLeaves::string(string_t& text) {
  value(std::move(text));
  return true;
}

bool JsonLeaves::binary(binary_t&) { return false; }

bool JsonLeaves::start_object(std::size_t) {
  if (seen_.size() >= kDeepest) throw Failure("nested deeper than " + std::to_string(kDeepest) + " objects");
  seen_.emplace_back();
  names_.emplace_back();
  return true;
}

bool JsonLeaves::end_object() {
  const bool empty = seen_.back().empty();
  seen_.pop_back();
  names_.pop_back();
  if (empty) {
    throw Failure(names_.empty() ? std::string("the object is empty: at least one number is needed")
                                 : in_quotes(path()) + " is an empty object");
  }
  return true;
}

bool JsonLeaves::start_array(std::size_t) {
  if (names_.empty()) throw Failure("values must be a JSON object");
  throw Failure(in_quotes(path()) + " is an array; only numbers and objects of numbers are allowed");
}

bool JsonLeaves::key(string_t& name) {
  names_.back() = name;
  if (!seen_.back().insert(name).second) throw Failure(in_quotes(path()) + " is given twice");
  return true;
}

bool JsonLeaves::parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) {
  // "[json.exception.parse_error.101] parse error at line 1, column 5: …" without the part for programmers.
  std::string text = e.what();
  if (const auto bracket = text.find("] "); text.starts_with('[') && bracket != std::string::npos)
    text.erase(0, bracket + 2);
  throw Failure("not JSON: " + printable(text));
}

}  // namespace trifle::cli
