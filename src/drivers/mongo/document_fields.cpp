#include "drivers/mongo/document_fields.hpp"

#include "drivers/mongo/stored_path.hpp"
#include "values/number_text.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail::mongo {
namespace {

Number as_read(double real) noexcept {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto integer = Number(real).to_int64();
  return integer && *integer >= -kExact && *integer <= kExact ? Number(*integer) : Number(real);
}

}  // namespace

std::optional<Number> number_of(const bson_iter_t& value) {
  switch (bson_iter_type(&value)) {
    case BSON_TYPE_INT32:
      return Number(bson_iter_int32(&value));
    case BSON_TYPE_INT64:
      return Number(bson_iter_int64(&value));
    case BSON_TYPE_DOUBLE:
      return as_read(bson_iter_double(&value));
    case BSON_TYPE_UTF8: {
      std::uint32_t size = 0;
      const char* const text = bson_iter_utf8(&value, &size);
      return read_number({text, size});
    }
    case BSON_TYPE_DECIMAL128: {
      bson_decimal128_t decimal;
      char text[BSON_DECIMAL128_STRING];
      if (!bson_iter_decimal128(&value, &decimal)) return std::nullopt;
      bson_decimal128_to_string(&decimal, text);
      return read_number(text);
    }
    default:
      return std::nullopt;
  }
}

std::span<const Field> DocumentFields::read(const bson_iter_t& data) {
  path_.clear();
  fields_.clear();
  if (bson_iter_type(&data) == BSON_TYPE_DOCUMENT) descend(data, true);
  return fields_;
}

void DocumentFields::descend(const bson_iter_t& map, bool top) {
  bson_iter_t member;
  if (!bson_iter_recurse(&map, &member)) return;
  const auto size = path_.size();
  while (bson_iter_next(&member)) {
    const std::string_view name(bson_iter_key(&member), bson_iter_key_len(&member));
    if (name != kSelf || top) {
      if (!top) path_ += '.';
      if (name != kEmptySegment) path_ += name;
    }
    if (bson_iter_type(&member) == BSON_TYPE_DOCUMENT) {
      descend(member, false);
    } else if (const auto number = number_of(member)) {
      fields_.push_back({canonical_name(), *number});
    }
    path_.resize(size);
  }
}

std::string_view DocumentFields::canonical_name() {
  const auto place = fields_.size();
  // The empty name, which a new place holds, is canonical.
  if (place >= known_.size()) known_.resize(place + 1);
  auto& [came, name] = known_[place];
  if (came != path_) {
    came = path_;
    name = is_canonical(path_) ? path_ : canonical(path_);
  }
  return name;
}

}  // namespace trifle::stats::detail::mongo
