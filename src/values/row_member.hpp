#pragma once

#include <string>

#include "values/field.hpp"
#include "values/json_text.hpp"
#include "values/number_text.hpp"

namespace trifle::stats::detail {

/// Appends a member to a row that is being written and begins with its brace.
inline void append_member(std::string& out, const Field& field) {
  if (out.size() > 1) out += ',';
  append_json_string(out, field.name);
  out += ':';
  append_number(out, field.number);
}

}  // namespace trifle::stats::detail
