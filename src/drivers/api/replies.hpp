#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/drivers/api.hpp>
#include <trifle/stats/number.hpp>

#include "values/field.hpp"
#include "values/json_scanner.hpp"

namespace trifle::stats::detail::api {

/// What GET /metrics answers: {"data":{"at":[…],"values":[{…},…]}}.
struct SeriesReply {
  std::vector<std::int64_t> at;          ///< unix seconds
  std::vector<std::string_view> values;  ///< JSON text, as many; points into what was read
};
std::optional<SeriesReply> read_series_reply(std::string_view body);

/// The numbers of one bucket as the server nests them: a name is one segment, whatever it holds, since the server has
/// split paths already. Leaves that are no numbers are left out. What `read` gave is valid until the next.
class BucketReader {
 public:
  /// Nothing where it is no object, or holds a number that is out of range.
  std::optional<std::span<const Field>> read(std::string_view json);

 private:
  bool read_map(JsonScanner& json);
  bool add(std::string_view number);

  std::string path_;  // stored segments of the open maps, each with a dot behind it, and the name at hand
  std::string text_;
  std::vector<std::string> names_;
  std::vector<Number> numbers_;
  std::vector<Field> fields_;
};

/// What GET /source answers. Members that are missing are empty.
std::optional<drivers::ApiSource> read_source_reply(std::string_view body);

/// Whether a server of this version is known to be older than `operation` and `untracked`: it would add where we say
/// set. The last of those was 0.11.8. A version that can't be read isn't known.
bool knows_no_operation(std::string_view version) noexcept;

}  // namespace trifle::stats::detail::api
