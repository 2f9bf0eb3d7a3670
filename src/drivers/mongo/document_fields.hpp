#pragma once

#include <bson/bson.h>

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <trifle/stats/number.hpp>

#include "values/field.hpp"

namespace trifle::stats::detail::mongo {

/// The number that a value is, or that its text spells; an integral double up to 2^53 is an integer.
std::optional<Number> number_of(const bson_iter_t& value);

/// Takes the data of documents apart, in the spelling of any generation: nested, or flat with dots in the names.
/// Documents of a series resemble each other, so it remembers the names as they came. Not for several threads at once.
class DocumentFields {
 public:
  /// The numbers of `data`; valid until the next call. A path may come more than once: the sink sums.
  std::span<const Field> read(const bson_iter_t& data);

 private:
  void descend(const bson_iter_t& map, bool top);
  std::string_view canonical_name();

  std::string path_;
  std::vector<Field> fields_;
  std::deque<std::pair<std::string, std::string>> known_;  // by place: as it came, canonical; addresses stay
};

}  // namespace trifle::stats::detail::mongo
