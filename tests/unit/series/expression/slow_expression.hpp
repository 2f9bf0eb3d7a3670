#pragma once

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <trifle/stats/number.hpp>

/// The expression language done the slow and obvious way: a tree by recursive descent straight from the grammar, walked
/// for each row, the row a map. What Transponder answers is compared with it.
class SlowExpression {
 public:
  using Number = trifle::stats::Number;
  using Value = std::optional<Number>;
  using Row = std::map<std::string, Number>;

  /// What the family says about a text that is no expression, and where.
  struct Refused : std::runtime_error {
    Refused(const std::string& sentence, std::size_t at) : std::runtime_error(sentence), position(at) {}
    std::size_t position;
  };

  SlowExpression(std::vector<std::string> paths, const std::string& text) : paths_(std::move(paths)) {
    split(text);
    root_ = sum();
    if (kind() != 'E') refuse("Unexpected token sequence.");
  }

  Value of(const Row& row) const { return of(*root_, row); }

 private:
  struct Token {
    char kind;  ///< 'N' number, 'I' name, 'E' end, or itself
    std::string text;
    std::size_t position;
  };
  struct Node {
    std::string what;  ///< "number", "path", "+", "-", "*", "/", "negative", or a function's name
    Number number = 0;
    std::string path = {};
    std::vector<std::unique_ptr<Node>> parts = {};
  };
  using Tree = std::unique_ptr<Node>;

  void split(const std::string& text) {
    std::size_t at = 0;
    const auto take = [&](auto&& more) {
      const std::size_t from = at;
      while (at < text.size() && more(static_cast<unsigned char>(text[at]))) ++at;
      return text.substr(from, at - from);
    };
    const auto digit = [](int c) { return c >= '0' && c <= '9'; };
    const auto letter = [](int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    while (at < text.size()) {
      const std::size_t from = at;
      const char c = text[at];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r') {
        ++at;
      } else if (digit(c)) {
        std::string number = take(digit);
        if (at + 1 < text.size() && text[at] == '.' && digit(text[at + 1])) {
          ++at;
          number += '.' + take(digit);
        }
        tokens_.push_back({'N', number, from});
      } else if (letter(c)) {
        tokens_.push_back({'I', take([&](int x) { return letter(x) || digit(x); }), from});
      } else if (std::string("+-*/(),").find(c) != std::string::npos && c != '\0') {
        tokens_.push_back({c, {c}, from});
        ++at;
      } else {
        throw Refused("Invalid token at position " + std::to_string(at) + ".", at);
      }
    }
    tokens_.push_back({'E', "", text.size()});
  }

  char kind() const { return tokens_[next_].kind; }
  [[noreturn]] void refuse(const std::string& sentence) const { throw Refused(sentence, tokens_[next_].position); }

  static Tree joined(std::string what, Tree a, Tree b = nullptr) {
    auto node = std::make_unique<Node>();
    node->what = std::move(what);
    node->parts.push_back(std::move(a));
    if (b) node->parts.push_back(std::move(b));
    return node;
  }

  Tree sum() {
    Tree left = product();
    while (kind() == '+' || kind() == '-') {
      const std::string sign = tokens_[next_++].text;
      left = joined(sign, std::move(left), product());
    }
    return left;
  }

  Tree product() {
    Tree left = factor();
    while (kind() == '*' || kind() == '/') {
      const std::string sign = tokens_[next_++].text;
      left = joined(sign, std::move(left), factor());
    }
    return left;
  }

  Tree factor() {
    const Token token = tokens_[next_];
    auto node = std::make_unique<Node>();
    switch (token.kind) {
      case '+':
        ++next_;
        return factor();
      case '-':
        ++next_;
        return joined("negative", factor());
      case '(': {
        ++next_;
        Tree inside = sum();
        if (kind() != ')') refuse("Missing closing parenthesis.");
        ++next_;
        return inside;
      }
      case 'N':
        node->what = "number";
        node->number = read(token.text);
        ++next_;
        return node;
      case 'I':
        if (tokens_[next_ + 1].kind == '(') return call();
        node->what = "path";
        if (token.text.size() != 1 || token.text[0] < 'a' ||
            static_cast<std::size_t>(token.text[0] - 'a') >= paths_.size())
          refuse("Unknown variable " + token.text + ".");
        node->path = paths_[static_cast<std::size_t>(token.text[0] - 'a')];
        ++next_;
        return node;
      case 'E':
        refuse("Unexpected end of expression.");
      default:
        refuse("Unexpected token \"" + token.text + "\".");
    }
  }

  Tree call() {
    const Token name = tokens_[next_];
    bool known = false;
    for (const char* function : {"sum", "mean", "avg", "min", "max", "sqrt"}) known = known || name.text == function;
    if (!known) refuse("Unknown function " + name.text + ".");
    auto node = std::make_unique<Node>();
    node->what = name.text;
    next_ += 2;
    if (kind() != ')') {
      node->parts.push_back(sum());
      while (kind() == ',') {
        // The second argument of a root is refused as soon as it is complete, as the compiler does.
        ++next_;
        node->parts.push_back(sum());
        if (kind() == ',' || kind() == ')') check_root(*node, name.position);
      }
      if (kind() != ')') refuse("Missing closing parenthesis.");
    }
    check_root(*node, name.position);
    ++next_;
    return node;
  }

  static void check_root(const Node& node, std::size_t position) {
    if (node.what == "sqrt" && node.parts.size() != 1) throw Refused("Function sqrt expects 1 argument.", position);
  }

  // A whole number that fits is an integer, all else the double next to it.
  Number read(const std::string& text) const {
    const auto point = text.find('.');
    std::string whole = text.substr(0, point);
    if (point == std::string::npos || text.find_first_not_of('0', point + 1) == std::string::npos) {
      whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
      if (whole.size() < 19 || (whole.size() == 19 && whole <= "9223372036854775807"))
        return static_cast<std::int64_t>(std::strtoll(whole.c_str(), nullptr, 10));
    }
    double real = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), real);
    const bool whole_part = text.substr(0, point).find_first_not_of('0') != std::string::npos;
    if (read.ec == std::errc::result_out_of_range && whole_part) refuse("The number is too large.");
    return *settle(real);
  }

  /// Not finite is absent; whole up to 2^53 is an integer.
  static Value settle(double real) {
    if (!std::isfinite(real)) return std::nullopt;
    if (std::abs(real) <= 9007199254740992.0 && std::trunc(real) == real) return static_cast<std::int64_t>(real);
    return real;
  }

  __extension__ using Wide = __int128;
  static Value settle(Wide whole) {
    if (whole >= INT64_MIN && whole <= INT64_MAX) return static_cast<std::int64_t>(whole);
    return settle(static_cast<double>(whole));
  }

  static Value arithmetic(char sign, Number a, Number b) {
    const bool whole = a.is_integer() && b.is_integer();
    const Wide m = whole ? *a.to_int64() : 0;
    const Wide n = whole ? *b.to_int64() : 0;
    const double x = a.to_double();
    const double y = b.to_double();
    switch (sign) {
      case '+':
        return whole ? settle(m + n) : settle(x + y);
      case '-':
        return whole ? settle(m - n) : settle(x - y);
      case '*':
        return whole ? settle(m * n) : settle(x * y);
      default:
        if (y == 0) return std::nullopt;
        return whole && m % n == 0 ? settle(m / n) : settle(x / y);
    }
  }

  Value of(const Node& node, const Row& row) const {
    if (node.what == "number") return node.number;
    if (node.what == "path") {
      const auto at = row.find(node.path);
      return at == row.end() ? Value() : Value(at->second);
    }
    std::vector<Number> values;
    for (const auto& part : node.parts) {
      const Value value = of(*part, row);
      if (!value) return std::nullopt;
      values.push_back(*value);
    }
    if (node.what == "negative") return arithmetic('-', 0, values[0]);
    if (node.what.size() == 1) return arithmetic(node.what[0], values[0], values[1]);
    if (values.empty()) return std::nullopt;
    if (node.what == "sqrt") return settle(std::sqrt(values[0].to_double()));
    Value result = values[0];
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (!result) return std::nullopt;
      if (node.what == "min") {
        if (values[i] < *result) result = values[i];
      } else if (node.what == "max") {
        if (values[i] > *result) result = values[i];
      } else {
        result = arithmetic('+', *result, values[i]);
      }
    }
    if (!result || (node.what != "mean" && node.what != "avg")) return result;
    return arithmetic('/', *result, static_cast<std::int64_t>(values.size()));
  }

  std::vector<std::string> paths_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  Tree root_;
};
