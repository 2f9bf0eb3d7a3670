#include "output/json_text.hpp"

#include <nlohmann/json.hpp>

#include <trifle/stats/number.hpp>

#include "failure.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

using nlohmann::json;

void append_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
    } else if (const auto separator = text.substr(i, 3); separator == "\u2028" || separator == "\u2029") {
      out += separator == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  out += '"';
}

class Writer final : public nlohmann::json_sax<json> {
 public:
  std::string take() {
    out_ += '\n';
    return std::move(out_);
  }

  bool null() override { return scalar("null"); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return scalar(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(std::to_string(value)); }
  bool number_float(number_float_t value, const string_t&) override { return scalar(stats::Number(value).to_string()); }
  bool binary(binary_t&) override { return false; }
  bool string(string_t& value) override {
    before_value();
    append_string(out_, value);
    return true;
  }
  bool key(string_t& name) override {
    next_line();
    append_string(out_, name);
    out_ += ": ";
    after_key_ = true;
    return true;
  }
  bool start_object(std::size_t) override { return open('{'); }
  bool end_object() override { return close('}'); }
  bool start_array(std::size_t) override { return open('['); }
  bool end_array() override { return close(']'); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    throw Failure("not JSON: " + printable(e.what()));
  }

 private:
  bool scalar(std::string_view text) {
    before_value();
    out_ += text;
    return true;
  }
  bool open(char bracket) {
    before_value();
    out_ += bracket;
    ++depth_;
    empty_ = true;
    return true;
  }
  bool close(char bracket) {
    --depth_;
    if (!empty_) new_line();
    out_ += bracket;
    empty_ = false;
    return true;
  }
  void before_value() {
    if (after_key_) {
      after_key_ = false;
    } else if (depth_ > 0) {
      next_line();
    }
    empty_ = false;
  }
  void next_line() {
    if (!empty_) out_ += ',';
    empty_ = false;
    new_line();
  }
  void new_line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool empty_ = true;
  bool after_key_ = false;
};

}  // namespace

std::string indented(std::string_view text) {
  Writer writer;
  json::sax_parse(text, &writer);
  return writer.take();
}

std::string indented_sorted(std::string_view text) {
  try {
    return indented(json::parse(text).dump());
  } catch (const json::exception& e) {
    throw Failure("not JSON: " + printable(e.what()));
  }
}

std::string json_string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

}  // namespace trifle::cli
