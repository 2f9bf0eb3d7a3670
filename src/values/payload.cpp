#include <trifle/stats/payload.hpp>

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats {
namespace {

/// Appends the name to the stored path of what is around it.
void append_name(std::string& path, std::string_view name) {
  if (detail::append_stored_path(path, name)) return;
  std::string message = "a name is not valid UTF-8";
  if (path.size() > 1)
    message += ", in the map \"" + detail::spelled(std::string_view(path).substr(0, path.size() - 1)) + "\"";
  throw InvalidArgument(message, {.operation = "payload"});
}

void append_entries(std::span<const Entry> entries, std::string& path, std::vector<Payload::Item>& items) {
  const std::size_t outer = path.size();
  for (const auto& entry : entries) {
    append_name(path, entry.name());
    if (!entry.is_map()) {
      items.push_back({path, entry.number()});
    } else if (entry.map().empty()) {
      throw InvalidArgument("the map \"" + detail::spelled(path) + "\" is empty; leave it out, or give it a number",
                            {.operation = "payload"});
    } else {
      path += '.';
      append_entries(entry.map(), path, items);
    }
    path.resize(outer);
  }
}

}  // namespace

Payload::Payload(std::initializer_list<Entry> entries) {
  items_.reserve(entries.size());
  std::string path;
  append_entries({entries.begin(), entries.size()}, path, items_);
}

Payload& Payload::add(std::string_view path, Number number) {
  Item item{{}, number};
  append_name(item.path, path);
  items_.push_back(std::move(item));
  return *this;
}

}  // namespace trifle::stats
