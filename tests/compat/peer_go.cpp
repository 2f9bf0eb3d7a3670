#include "peer_go.hpp"

#include <cctype>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace peer_go {
namespace {

using nlohmann::json;
using namespace trifle::stats;

const std::string kFolder = TRIFLE_TEST_DATA "/peer-go/";

std::string take_last_part(std::string& joined, const std::string& separator) {
  const auto at = joined.rfind(separator);
  if (at == std::string::npos) return std::exchange(joined, "");
  const std::string part = joined.substr(at + separator.size());
  joined.resize(at);
  return part;
}

Case read_case(const std::string& line) {
  const json object = json::parse(line);
  Case recorded;
  recorded.name = object.at("name");
  recorded.note = object.value("note", "");
  recorded.options = object.at("options");
  for (const std::string text : object.at("requests")) recorded.requests.push_back(json::parse(text));
  for (const auto& reply : object.at("replies")) recorded.replies.push_back(reply.at("ok"));
  recorded.columns = object.at("columns");
  for (const auto& row : object.at("rows")) recorded.rows.push_back(row_of(recorded, row));
  return recorded;
}

std::optional<Number> number_of(const json& leaf) {
  if (leaf.is_number_unsigned() && leaf.get<std::uint64_t>() > INT64_MAX) return leaf.get<double>();
  if (leaf.is_number_integer()) return leaf.get<std::int64_t>();
  if (leaf.is_number_float()) return leaf.get<double>();
  if (leaf.is_string()) {
    const auto text = json::parse(leaf.get<std::string>(), nullptr, false);
    if (text.is_number()) return number_of(text);
  }
  return std::nullopt;
}

// The path that the Go library meant by a name: dots separate, and every other character is itself.
std::string spelled(const std::string& name) {
  std::string path;
  for (std::size_t begin = 0;;) {
    const auto dot = name.find('.', begin);
    path += Path::escape(name.substr(begin, dot - begin));
    if (dot == std::string::npos) return path;
    path += '.';
    begin = dot + 1;
  }
}

template <class Each>
void each_leaf(const json& values, const std::string& prefix, Each&& each) {
  for (const auto& [name, value] : values.items()) {
    if (value.is_object())
      each_leaf(value, prefix + name + '.', each);
    else
      each(prefix + name, value);
  }
}

// Nlohmann's objects keep one member of a name, so the events are taken.
class Fold final : public nlohmann::json_sax<json> {
 public:
  Folded folded{json::object(), true};

  bool null() override { return leaf(nullptr); }
  bool boolean(bool value) override { return leaf(value); }
  bool number_integer(number_integer_t value) override { return leaf(value); }
  bool number_unsigned(number_unsigned_t value) override { return leaf(value); }
  bool number_float(number_float_t value, const string_t&) override { return leaf(value); }
  bool string(string_t& value) override { return leaf(value); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    name_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    if (arrays_ == 0) {
      if (depth_ > 0) {
        folded.flat = false;
        prefixes_.push_back(prefix_);
        prefix_ += name_ + '.';
      }
      ++depth_;
    }
    return true;
  }
  bool end_object() override {
    if (arrays_ == 0 && --depth_ > 0) {
      prefix_ = prefixes_.back();
      prefixes_.pop_back();
    }
    return true;
  }
  bool start_array(std::size_t) override {
    ++arrays_;
    return true;
  }
  bool end_array() override {
    if (--arrays_ == 0) return leaf(json::array());
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    throw std::runtime_error(error.what());
  }

 private:
  bool leaf(const json& value) {
    if (arrays_ > 0) return true;
    const std::string written = prefix_ + name_;
    const std::string stored = Path::from_stored(written).stored();  // `$x` of older writers is `%24x`
    if (stored != written) folded.flat = false;
    auto& member = folded.members;
    if (!member.contains(stored)) {
      member[stored] = value;
      return true;
    }
    folded.flat = false;
    if (!member[stored].is_number() || !value.is_number()) return false;
    const Number sum = *number_of(member[stored]) + *number_of(value);
    if (sum.is_integer())
      member[stored] = *sum.to_int64();
    else
      member[stored] = sum.to_double();
    return true;
  }

  std::string name_;
  std::string prefix_;
  std::vector<std::string> prefixes_;
  int depth_ = 0;
  int arrays_ = 0;
};

}  // namespace

std::optional<Number> number(const json& leaf) { return number_of(leaf); }

Identity Case::identity() const {
  const std::string joined = options.at("joined");
  if (joined == "full") return Identity::Full;
  return joined == "partial" ? Identity::Partial : Identity::Separated;
}

std::vector<json> Case::writes() const {
  std::vector<json> taken;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::string operation = requests[i].at("op");
    if (replies[i] && (operation == "track" || operation == "assert")) taken.push_back(requests[i]);
  }
  return taken;
}

std::string Case::key() const { return requests.at(0).at("key"); }
Instant Case::at() const { return Instant::parse(requests.at(0).at("at").get<std::string>()); }

const std::vector<Case>& cases() {
  static const auto all = [] {
    std::vector<Case> read;
    std::ifstream file(kFolder + "sqlite.jsonl");
    for (std::string line; std::getline(file, line);) read.push_back(read_case(line));
    if (read.empty()) throw std::runtime_error("no cases in " + kFolder);
    return read;
  }();
  return all;
}

Row row_of(const Case& recorded, std::vector<std::string> columns) {
  Row row;
  row.data = columns.back();
  columns.pop_back();
  row.columns = columns;
  row.key = columns[0];
  switch (recorded.identity()) {
    case Identity::Full:
      row.at = std::stoll(take_last_part(row.key, recorded.separator()));
      row.granularity = take_last_part(row.key, recorded.separator());
      break;
    case Identity::Partial:
      row.at = Instant::parse(columns[1]).unix_seconds();
      row.granularity = take_last_part(row.key, recorded.separator());
      break;
    case Identity::Separated:
      row.granularity = columns[1];
      row.at = Instant::parse(columns[2]).unix_seconds();
      break;
  }
  return row;
}

trifle::Stats Table::open(std::vector<std::string> granularities) const {
  return trifle::Stats(driver(),
                       {.time_zone = case_.options.at("zone"),
                        .granularities = granularities.empty() ? case_.granularities() : std::move(granularities),
                        .buffer = {.enabled = false},
                        .system_tracking = case_.system_tracking()});
}

Numbers truth(const std::vector<json>& writes) {
  Numbers numbers;
  for (const json& write : writes) {
    const bool sets = write.at("op") == "assert";
    each_leaf(write.at("values"), "", [&](const std::string& name, const json& leaf) {
      const auto number = number_of(leaf);
      if (!number) return;
      const auto [at, fresh] = numbers.emplace(spelled(name), *number);
      if (!fresh) at->second = sets ? *number : at->second + *number;
    });
  }
  return numbers;
}

Payload payload(const json& values) {
  Payload ours;
  each_leaf(values, "", [&](const std::string& name, const json& leaf) {
    if (const auto number = number_of(leaf); number && !leaf.is_string()) ours.add(spelled(name), *number);
  });
  return ours;
}

Folded folded(const std::string& data) {
  Fold fold;
  if (!json::sax_parse(data, &fold)) throw std::runtime_error("can't fold " + data);
  return std::move(fold.folded);
}

std::string test_name(const Case& recorded, std::size_t index) {
  std::string name = (index < 10 ? "0" : "") + std::to_string(index) + "_";
  for (const char c : recorded.name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80)
      name += c;
    else if (name.back() != '_')
      name += '_';
  }
  if (name.back() == '_') name.pop_back();
  return name;
}

}  // namespace peer_go
