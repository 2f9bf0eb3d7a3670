// The row decoder against nlohmann's parser: one reader, several rows, as in a series. Rows that are no JSON object are
// refused; flat ones give the same sums; others (older, nested spellings) just don't break anything.
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "values/number_text.hpp"
#include "values/row_reader.hpp"
#include "values/stored_name.hpp"

namespace {

using namespace trifle::stats;
using namespace trifle::stats::detail;
using nlohmann::json;
using Sums = std::map<std::string, Number>;

void require(bool holds) {
  if (!holds) std::abort();
}

void add(Sums& sums, const std::string& name, Number number) {
  const auto [sum, is_new] = sums.try_emplace(name, number);
  if (!is_new) sum->second += number;
}

// Takes an object of numbers and other leaves apart.
class Reference final : public nlohmann::json_sax<json> {
 public:
  Sums sums;
  bool object = false;  ///< the text is one
  bool flat = true;
  bool deep = false;  ///< more levels of arrays than the decoder takes

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return leaf(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return value > INT64_MAX ? leaf(static_cast<double>(value)) : leaf(value);
  }
  bool number_float(number_float_t value, const string_t& text) override {
    // "9007199254740993.0" is an integer; nlohmann makes it a double.
    const auto dot = text.find('.');
    if (dot != std::string::npos && text.find_first_not_of('0', dot + 1) == std::string::npos) {
      errno = 0;
      const auto integer = std::strtoll(text.c_str(), nullptr, 10);
      if (errno == 0) return leaf(static_cast<std::int64_t>(integer));
    }
    return leaf(value);
  }
  bool string(string_t& text) override {
    const auto number = read_number(text);
    return !number || leaf(*number);
  }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    if (arrays_ == 0) name_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    if (depth_++ == 0)
      object = true;
    else
      flat = false;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    ++depth_;
    deep = deep || ++arrays_ > 100;
    return true;
  }
  bool end_array() override {
    --depth_;
    --arrays_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool leaf(Number number) {
    if (arrays_ == 0 && depth_ == 1) add(sums, canonical(name_), number);
    return true;
  }

  std::string name_;
  int depth_ = 0;
  int arrays_ = 0;
};

bool same(const Sums& a, const Sums& b) {
  if (a.size() != b.size()) return false;
  for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y) {
    const bool both_undefined = std::isnan(x->second.to_double()) && std::isnan(y->second.to_double());
    if (x->first != y->first || (x->second != y->second && !both_undefined)) return false;
  }
  return true;
}

void check(RowReader& reader, std::string_view row) {
  Sums sums;
  bool handed_out = false;
  const auto fault = reader.read(row, [&](std::uint32_t column, Number number) {
    handed_out = true;
    require(number.is_finite());
    add(sums, reader.names().at(column), number);
  });
  require(!fault || (!handed_out && !fault->reason.empty()));
  for (const auto& [name, sum] : sums) require(is_canonical(name));

  // Nlohmann takes a byte order mark for nothing and NUL for the end.
  if (row.starts_with("\xEF\xBB\xBF") || row.find('\0') != std::string_view::npos) return;
  Reference reference;
  const bool valid = json::sax_parse(row, &reference) && reference.object;
  if (reference.deep) return;
  if (!valid)
    require(fault.has_value());
  else if (reference.flat)
    require(!fault && same(sums, reference.sums));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rows(reinterpret_cast<const char*>(data), size);
  RowReader reader;
  while (true) {
    const auto end = rows.find('\n');
    check(reader, rows.substr(0, end));
    if (end == std::string_view::npos) return 0;
    rows.remove_prefix(end + 1);
  }
}
