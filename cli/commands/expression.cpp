#include "commands/expression.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include <trifle/stats/error.hpp>
#include <trifle/stats/transponder.hpp>

#include "commands/chosen_paths.hpp"
#include "failure.hpp"
#include "output/text.hpp"
#include "settings/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kMostPaths = 26;

bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) {
  return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':';
}

/// Where a name that begins at `start` ends; a backslash takes the character behind it along.
std::size_t end_of_name(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size()) {
    if (text[end] == '\\' && end + 1 < text.size()) {
      end += 2;
    } else if (continues_name(text[end])) {
      ++end;
    } else {
      break;
    }
  }
  return end;
}

bool is_function(std::string_view text, std::size_t after) {
  const auto next = text.find_first_not_of(" \t", after);
  return next != std::string_view::npos && text[next] == '(';
}

/// Splits at the last " as " that isn't within backquotes.
void split_response(std::string_view text, std::string_view& formula, std::string& response) {
  formula = text;
  bool quoted = false;
  for (std::size_t i = 0; i + 3 < text.size(); ++i) {
    if (text[i] == '`') quoted = !quoted;
    if (quoted || (text[i] != ' ' && text[i] != '\t') || text.substr(i + 1, 2) != "as") continue;
    if (text[i + 3] != ' ' && text[i + 3] != '\t') continue;
    formula = text.substr(0, i);
    response = trimmed(text.substr(i + 3));
  }
  if (response.size() > 1 && response.front() == '`' && response.back() == '`')
    response = response.substr(1, response.size() - 2);
}

/// "Unknown function foo. At character 11: "foo(b)"" of "Unknown function foo.\n  …\n  ^ position 10".
[[noreturn]] void refuse(const Expression& expression, std::string_view message) {
  constexpr std::string_view kOperation = "transform: ";
  if (message.starts_with(kOperation)) message.remove_prefix(kOperation.size());
  std::string out = "--expr " + in_quotes(expression.text) + ": " + std::string(message.substr(0, message.find('\n')));
  constexpr std::string_view kMark = "^ position ";
  if (const auto mark = message.rfind(kMark); mark != std::string_view::npos) {
    std::size_t position = 0;
    const std::string_view digits = message.substr(mark + kMark.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), position);
    constexpr std::size_t kShown = 24;
    // The spaces behind the last letter stand for the rest of its name.
    const bool at_end = position >= trimmed(expression.formula).size();
    out += at_end ? " At the end"
                  : " At character " + std::to_string(position + 1) + ": " +
                        in_quotes(fit(std::string_view(expression.text).substr(position), kShown));
  }
  throw UsageError(out);
}

}  // namespace

Expression parse_expression(const std::string& typed) {
  Expression out;
  out.text = trimmed(typed);
  std::string_view formula;
  split_response(out.text, formula, out.response);
  if (formula.ends_with(" as")) out.response.clear();
  if (out.response.empty()) throw UsageError("--expr " + in_quotes(out.text) + ": no name behind `as`");
  const auto letter = [&](const std::string& path) {
    auto found = std::find(out.paths.begin(), out.paths.end(), path);
    if (found == out.paths.end()) {
      if (out.paths.size() == kMostPaths) throw UsageError("--expr " + in_quotes(out.text) + ": more than 26 paths");
      found = out.paths.insert(found, path);
    }
    return static_cast<char>('a' + (found - out.paths.begin()));
  };
  for (std::size_t i = 0; i < formula.size();) {
    std::size_t end = i + 1;
    if (formula[i] == '`') {
      const auto close = formula.find('`', end);
      if (close == std::string_view::npos) throw UsageError("--expr " + in_quotes(out.text) + ": a ` is not closed");
      out.formula += letter(std::string(formula.substr(end, close - end)));
      end = close + 1;
    } else if (starts_name(formula[i])) {
      end = end_of_name(formula, i);
      const auto name = formula.substr(i, end - i);
      if (is_function(formula, end)) {
        out.formula += name;
      } else {
        out.formula += letter(std::string(name));
      }
    } else if (std::isdigit(static_cast<unsigned char>(formula[i])) != 0) {
      // A number, which the letters behind it don't belong to: they are an error of the expression.
      while (end < formula.size() &&
             (std::isdigit(static_cast<unsigned char>(formula[end])) != 0 || formula[end] == '.'))
        ++end;
      out.formula += formula.substr(i, end - i);
    } else {
      out.formula += formula[i];
    }
    out.formula.resize(end, ' ');
    i = end;
  }
  apply(out, {});  // what is wrong with it is told before what it is applied to
  return out;
}

void require_paths(const Expression& expression, const stats::Series& series) {
  for (const auto& path : expression.paths) chosen_path(series, path);
}

stats::Series apply(const Expression& expression, const stats::Series& series) {
  // An expression of numbers alone is right, too; it is a number wherever there is a bucket.
  const std::vector<std::string> paths =
      expression.paths.empty() ? std::vector<std::string>{"value"} : expression.paths;
  try {
    return series.transform(paths, expression.formula, expression.response);
  } catch (const stats::InvalidArgument& e) {
    refuse(expression, e.what());
  }
}

}  // namespace trifle::cli
