// merge_row and RowReader against a slow and obvious reference over random rows.
#include <gtest/gtest.h>

#include <locale.h>
#include <stdlib.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "all_rounds.hpp"
#include "seed.hpp"
#include "values/number_text.hpp"
#include "values/row_reader.hpp"
#include "values/row_text.hpp"

namespace trifle::stats::detail {
namespace {

using nlohmann::json;

/// What a row says about one path: a number, or the last of its other leaves.
struct Place {
  std::optional<Number> number;
  json other;
};
using Places = std::map<std::string, Place>;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

/// The canonical name, the long way: decode every code behind a mark that no test name holds, then encode everything.
std::string reference_name(std::string name) {
  const std::vector<std::pair<std::string, std::string>> codes = {{"\"", "%22"}, {"$", "%24"},  {"*", "%2A"},
                                                                  {".", "%2E"},  {"\\", "%5C"}, {"%", "%25"}};
  std::vector<std::pair<std::string, std::string>> marks;
  for (std::size_t i = 0; i < codes.size(); ++i)
    marks.emplace_back(codes[i].second, "\x01" + std::to_string(i) + "\x02");
  marks.emplace_back("%00",
                     "\x01"
                     "N\x02");
  // A code is read from the left, once: %2525 is %25 and then 25.
  std::string marked;
  for (std::size_t i = 0; i < name.size();) {
    bool found = false;
    for (const auto& [code, mark] : marks) {
      if (name.compare(i, code.size(), code) == 0) {
        marked += mark;
        i += code.size();
        found = true;
        break;
      }
    }
    if (!found) marked += name[i++];
  }
  marked = replaced(marked, "%", "%25");
  marked = replaced(marked, std::string(1, '\0'), "%00");
  marked = replaced(marked, "\"", "%22");
  marked = replaced(marked, "$", "%24");
  marked = replaced(marked, "*", "%2A");
  marked = replaced(marked, "\\", "%5C");
  for (const auto& [code, mark] : marks) marked = replaced(marked, mark, code);
  return marked;
}

/// An integral double of at most 2^53 reads as an integer.
Number settled(double value) {
  constexpr double kExact = 9007199254740992.0;
  if (value >= -kExact && value <= kExact && value == static_cast<double>(static_cast<std::int64_t>(value))) {
    return Number(static_cast<std::int64_t>(value));
  }
  return Number(value);
}

class Collector : public json::json_sax_t {
 public:
  Places places;
  bool failed = false;

  bool null() override { return leaf(nullptr); }
  bool boolean(bool value) override { return leaf(value); }
  bool number_integer(number_integer_t value) override { return leaf(value, Number(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    return leaf(value,
                value > INT64_MAX ? Number(static_cast<double>(value)) : Number(static_cast<std::int64_t>(value)));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    // 3.0000000000 of any size is an integer: the one thing that the value alone doesn't tell. nlohmann-json 3.11 hands
    // out the text with the locale's decimal point.
    const auto dot = text.find_first_of(".,eE");
    if (dot != std::string::npos && (text[dot] == '.' || text[dot] == ',') &&
        text.find_first_not_of('0', dot + 1) == std::string::npos) {
      const json whole = json::parse(text.substr(0, dot));
      if (whole.is_number_integer() && !(whole.is_number_unsigned() && whole.get<std::uint64_t>() > INT64_MAX)) {
        return leaf(value, Number(whole.get<std::int64_t>()));
      }
    }
    return leaf(value, settled(value));
  }
  bool string(string_t& value) override {
    char* end = nullptr;
    const bool numeric = !value.empty() && value.find_first_not_of("0123456789+-.eE") == std::string::npos;
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);  // the test also runs where commas are decimal
    const double number = numeric ? strtod_l(value.c_str(), &end, plain) : 0;
    if (numeric && *end == '\0') return leaf(value, settled(number));
    return leaf(value);
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    if (arrays_ == 0 && inside_) path_.push_back(key_);
    inside_ = true;
    return true;
  }
  bool key(string_t& value) override {
    key_ = value;
    return true;
  }
  bool end_object() override {
    if (arrays_ == 0 && !path_.empty()) path_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    if (arrays_++ == 0) array_key_ = key_;
    return true;
  }
  bool end_array() override {
    if (--arrays_ > 0) return true;
    key_ = array_key_;
    return leaf(json::array());
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    failed = true;
    return false;
  }

 private:
  bool leaf(json value, std::optional<Number> number = {}) {
    if (arrays_ > 0) return true;
    std::string name;
    for (const auto& outer : path_) name += outer + '.';
    auto& place = places[reference_name(name + key_)];
    if (number) {
      place.number = place.number ? *place.number + *number : *number;
    } else {
      place.other = std::move(value);
    }
    return true;
  }

  std::vector<std::string> path_;
  std::string key_;
  std::string array_key_;
  bool inside_ = false;
  int arrays_ = 0;
};

std::optional<Places> reference_read(const std::string& text) {
  Collector collector;
  if (!json::sax_parse(text, &collector) || collector.failed) return std::nullopt;
  return collector.places;
}

class Rows {
 public:
  explicit Rows(std::uint64_t seed) : random_(seed) {}

  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  std::string row() {
    if (chance(30)) return ordinary();
    return object(chance(50) ? 0 : 3);
  }

  /// Flat and canonical, as we write it.
  std::string ordinary() {
    std::set<std::string> used;
    std::string text = "{";
    for (std::size_t count = below(12); count > 0; --count) {
      const std::string name = plain_name();
      if (!used.insert(name).second) continue;
      if (text.size() > 1) text += ',';
      text += '"' + name + "\":" + number();
    }
    return text + '}';
  }

  std::string plain_name() {
    static const std::vector<std::string> names = {
        "a", "b", "a.b", "a.c", "count", "duration.ms", "country.us", "x%2Ey", "%24cost", "é", "東京", "", "a.", ".a"};
    return chance(80) ? one_of(names) : "n" + std::to_string(below(30));
  }

  std::string number() {
    static const std::vector<std::string> numbers = {"0",
                                                     "1",
                                                     "-1",
                                                     "7",
                                                     "12.5",
                                                     "-0.25",
                                                     "3.0000000000",
                                                     "2.0e+21",
                                                     "2.0e-07",
                                                     "1e3",
                                                     "9007199254740993",
                                                     "9223372036854775807",
                                                     "-9223372036854775808",
                                                     "9223372036854775808",
                                                     "0.1",
                                                     "0.2",
                                                     "123456789.12345679",
                                                     "0.30000000000000004",
                                                     "1.5e300",
                                                     "1E2",
                                                     "-0",
                                                     "-0.0",
                                                     "6.0",
                                                     "123456789012345678901234567890",
                                                     "4.9e-324",
                                                     "0.000000000000000001",
                                                     "9007199254740992.0",
                                                     "90071992547409.93",
                                                     "999999999999999999",
                                                     "1000000000000000000.00"};
    return chance(50) ? std::to_string(static_cast<int>(below(2000)) - 500) : one_of(numbers);
  }

 private:
  std::string name() {
    static const std::vector<std::string> odd = {
        "$cost", "a\\u003cb", "a<b",  "\\u00e9", "\\ud83d\\ude00", "😀",  "q\\\"q", "b\\\\s",
        "l\\nf", "*",         "100%", "x%2ey",   "x\\u002ey",      "\\/", "%2525",  "z\\u0000"};
    return chance(60) ? plain_name() : one_of(odd);
  }

  std::string value() {
    static const std::vector<std::string> others = {
        "\"5\"",        "\"0.15e1\"", "\"hi\"",  "\"\"", "null", "true", "false", "[]", "[1,{\"a\":[2]},\"x\"]",
        "\"1\\u0030\"", "\"}\"",      "\"\\\"\""};
    return chance(75) ? number() : one_of(others);
  }

  std::string space() {
    static const std::vector<std::string> spaces = {" ", "\n", "\t ", "  "};
    return chance(6) ? one_of(spaces) : std::string();
  }

  std::string object(int depth) {
    std::string text = space() + "{" + space();
    for (std::size_t count = below(depth == 3 ? 9 : 5), i = 0; i < count; ++i) {
      if (i > 0) text += ',' + space();
      text += '"' + name() + '"' + space() + ':' + space();
      text += depth > 0 && chance(25) ? object(depth - 1) : value();
      text += space();
    }
    return text + "}" + space();
  }

  std::mt19937_64 random_;
};

std::string shown(const Places& places) {
  std::string text;
  for (const auto& [name, place] : places)
    text += name + '=' + (place.number ? place.number->to_string() : place.other.dump()) + ' ';
  return text;
}

int rounds() { return test::all_rounds() ? 400'000 : 4'000; }

TEST(RowMergeProperty, EqualsTheReference) {
  const auto seed = test::seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::cout << "TRIFLE_TEST_SEED=" << seed << '\n';
  Rows rows(seed);
  std::string merged;
  for (int round = 0; round < rounds(); ++round) {
    const std::string text = rows.row();
    auto expected = reference_read(text);
    ASSERT_TRUE(expected) << text;

    std::vector<std::string> names;
    std::vector<Number> numbers;
    std::set<std::string> used;
    for (std::size_t count = rows.chance(10) ? 40 : rows.below(6); count > 0; --count) {
      const std::string name = reference_name(rows.chance(15) ? "c\nd" : rows.plain_name());
      if (used.insert(name).second) {
        names.push_back(name);
        numbers.push_back(rows.chance(60) ? Number(static_cast<int>(rows.below(100)) - 20)
                                          : *read_number(rows.number()));
      }
    }
    const std::size_t increments = rows.below(names.size() + 1);
    std::vector<Field> fields;
    bool infinite = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      fields.push_back({names[i], numbers[i]});
      auto& place = (*expected)[names[i]];
      place.number = i < increments && place.number ? *place.number + numbers[i] : numbers[i];
    }
    for (const auto& [name, place] : *expected) infinite = infinite || (place.number && !place.number->is_finite());

    std::string context = "row " + text + "\n";
    for (std::size_t i = 0; i < fields.size(); ++i) {
      context += (i < increments ? "+ " : "= ") + names[i] + ' ' + numbers[i].to_string() + '\n';
    }
    const std::span<const Field> all = fields;
    const auto fault = merge_row(text, all.first(increments), all.subspan(increments), merged);
    ASSERT_EQ(fault.has_value(), infinite) << context << (fault ? fault->reason : merged);
    if (fault) {
      ASSERT_EQ(fault->kind, RowFault::Kind::Infinite) << context;
      continue;
    }
    const auto found = reference_read(merged);
    ASSERT_TRUE(found) << context << merged;
    ASSERT_EQ(shown(*expected), shown(*found)) << context << merged;
    ASSERT_EQ(json::parse(merged).size(), expected->size()) << "one flat member for each path: " << context << merged;
  }
}

TEST(RowReaderProperty, EqualsTheReference) {
  const auto seed = test::seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::cout << "TRIFLE_TEST_SEED=" << seed << '\n';
  Rows rows(seed);
  RowReader reader;
  for (int round = 0; round < rounds(); ++round) {
    const std::string text = rows.row();
    auto expected = reference_read(text);
    ASSERT_TRUE(expected) << text;
    std::erase_if(*expected, [](const auto& item) { return !item.second.number; });
    Places found;
    const auto fault = reader.read(text, [&](std::uint32_t column, Number number) {
      auto& place = found[reader.names()[column]];
      place.number = place.number ? *place.number + number : number;
    });
    ASSERT_FALSE(fault) << text << '\n' << fault->reason;
    ASSERT_EQ(shown(*expected), shown(found)) << text;
  }
}

TEST(RowMergeProperty, DamagedRowsAreRefusedAsTheReferenceRefusesThem) {
  const auto seed = test::seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::cout << "TRIFLE_TEST_SEED=" << seed << '\n';
  Rows rows(seed);
  RowReader reader;
  std::string merged;
  const Field field{"a", Number(1)};
  for (int round = 0; round < rounds(); ++round) {
    std::string text = rows.row();
    static const std::string bytes = "{}[]\",:0-.e\\ \x1f\xff+}";
    for (std::size_t count = 1 + rows.below(2); count > 0 && !text.empty(); --count) {
      const std::size_t at = rows.below(text.size());
      if (rows.chance(50)) {
        text.erase(at, 1);
      } else {
        text[at] = bytes[rows.below(bytes.size())];
      }
    }
    const auto expected = reference_read(text);
    const bool readable = expected && text.find_first_not_of(" \t\n") != std::string::npos &&
                          text[text.find_first_not_of(" \t\n")] == '{';
    const auto fault = merge_row(text, {&field, 1}, {}, merged);
    if (!fault || fault->kind == RowFault::Kind::Corrupt) {
      ASSERT_EQ(!fault, readable) << text;
    }
    ASSERT_EQ(!reader.read(text, [](std::uint32_t, Number) {}), readable) << text;
  }
}

}  // namespace
}  // namespace trifle::stats::detail
