#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <trifle/stats/status.hpp>

namespace trifle::cli {

/// Walks a JSON object and calls `leaf` for each value that isn't an object, with `names()` telling where. Refuses, by
/// throwing Failure: other JSON, arrays, empty objects, a name given twice in one object, integers beyond 64 bits,
/// nesting deeper than kDeepest, and paths of more than kMostPathBytes together (deep names times many leaves grow
/// without end).
class JsonLeaves : public nlohmann::json_sax<nlohmann::json> {
 public:
  static constexpr std::size_t kDeepest = 100;
  static constexpr std::size_t kMostPathBytes = 8u << 20;

  /// Reads one text from start to end.
  void read(std::string_view json);

  bool null() final;
  bool boolean(bool value) final;
  bool number_integer(number_integer_t value) final;
  bool number_unsigned(number_unsigned_t value) final;
  bool number_float(number_float_t value, const string_t& text) final;
  bool string(string_t& value) final;
  bool binary(binary_t& value) final;
  bool start_object(std::size_t size) final;
  bool end_object() final;
  bool start_array(std::size_t size) final;
  bool end_array() final { return false; }
  bool key(string_t& name) final;
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::detail::exception& e) final;

 protected:
  virtual void leaf(stats::StatusValue&& value) = 0;

  /// The names from the outermost object to where we are.
  const std::vector<std::string>& names() const noexcept { return names_; }

  /// The path of where we are, without the first `skip` names.
  std::string path(std::size_t skip = 0) const;

 private:
  void value(stats::StatusValue&& value);

  std::vector<std::string> names_;
  std::size_t path_bytes_ = 0;
  std::vector<std::set<std::string, std::less<>>> seen_;  // the names of each open object
};

}  // namespace trifle::cli
