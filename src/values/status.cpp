#include <trifle/stats/status.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <trifle/stats/error.hpp>

#include "values/json_text.hpp"
#include "values/number_text.hpp"
#include "values/status_value.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats {
namespace {

using Items = std::map<std::string, StatusValue, std::less<>>;

[[noreturn]] void refuse(const std::string& what) { throw InvalidArgument(what, {.operation = "status"}); }

std::string quoted(std::string_view stored) { return '"' + detail::spelled(stored) + '"'; }

void append_name(std::string& path, std::string_view name) {
  if (!detail::append_stored_path(path, name)) refuse("a name is not valid UTF-8");
}

void put(Items& items, const std::string& path, StatusValue value) {
  if (const auto* number = std::get_if<Number>(&value); number != nullptr && !number->is_finite()) {
    refuse("the number at " + quoted(path) + " is not finite");
  }
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && !detail::valid_utf8(*text)) {
    refuse("the text at " + quoted(path) + " is not valid UTF-8");
  }
  items.insert_or_assign(path, std::move(value));
}

StatusValue owned(const StatusEntry::Leaf& leaf) {
  return std::visit(
      [](const auto& value) -> StatusValue {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
          return std::string(value);
        } else {
          return value;
        }
      },
      leaf);
}

void put_entries(std::span<const StatusEntry> entries, std::string& path, Items& items) {
  const std::size_t outer = path.size();
  for (const auto& entry : entries) {
    append_name(path, entry.name());
    if (!entry.is_map()) {
      put(items, path, owned(entry.value()));
    } else if (entry.map().empty()) {
      refuse("the map " + quoted(path) + " is empty; leave it out, or give it a value");
    } else {
      path += '.';
      put_entries(entry.map(), path, items);
    }
    path.resize(outer);
  }
}

}  // namespace

namespace detail {

void append_status_value(std::string& out, const StatusValue& value) {
  if (const auto* number = std::get_if<Number>(&value)) {
    append_number(out, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    append_json_string(out, *text);
  } else if (const auto* yes = std::get_if<bool>(&value)) {
    out += *yes ? "true" : "false";
  } else {
    out += "null";
  }
}

}  // namespace detail

StatusValues::StatusValues(std::initializer_list<StatusEntry> entries) {
  std::string path;
  put_entries({entries.begin(), entries.size()}, path, items_);
}

StatusValues& StatusValues::set(std::string_view path, StatusValue value) {
  std::string stored;
  append_name(stored, path);
  put(items_, stored, std::move(value));
  return *this;
}

std::optional<StatusValue> StatusValues::operator[](std::string_view path) const {
  std::string stored;
  if (!detail::append_stored_path(stored, path)) return std::nullopt;
  const auto found = items_.find(stored);
  if (found == items_.end()) return std::nullopt;
  stored += '.';
  const auto inside = items_.lower_bound(stored);
  if (inside != items_.end() && inside->first.starts_with(stored)) return std::nullopt;
  return found->second;
}

std::string StatusValues::to_json() const {
  std::vector<const Items::value_type*> ordered;
  ordered.reserve(items_.size());
  for (const auto& item : items_) ordered.push_back(&item);
  std::sort(ordered.begin(), ordered.end(),
            [](const auto* a, const auto* b) { return detail::nested_before(a->first, b->first); });
  std::string out;
  detail::NestedJson json(out);
  std::string value;
  for (const auto* item : ordered) {
    value.clear();
    detail::append_status_value(value, item->second);
    json.add(item->first, value);
  }
  json.finish();
  return out;
}

}  // namespace trifle::stats
