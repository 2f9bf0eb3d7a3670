#include "series/expression/compiler.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "series/expression/fault.hpp"
#include "series/expression/tokens.hpp"
#include "values/number_text.hpp"

namespace trifle::stats::detail {
namespace {

using Kind = Token::Kind;

struct Function {
  std::string_view name;
  Operation fold;  ///< joins each argument with those before it
  bool mean = false;
};
constexpr std::array kFunctions = {Function{"sum", Operation::Add},       Function{"mean", Operation::Add, true},
                                   Function{"avg", Operation::Add, true}, Function{"min", Operation::Min},
                                   Function{"max", Operation::Max},       Function{"sqrt", Operation::Root}};

/// Operator precedence with a stack of what waits for its operands, instead of recursion.
class Compiler {
 public:
  Compiler(std::string_view text, std::size_t variables)
      : text_(text), variables_(variables), tokens_(tokens_of(text)) {}

  Program run() {
    while (true) {
      read_operand();
      if (!read_operator()) return std::move(program_);
    }
  }

 private:
  /// Waits on the stack: an operator for its right side, a parenthesis or a call for its end.
  struct Waiting {
    enum class What : std::uint8_t { Sign, Product, Sum, Parenthesis, Call } what;
    Operation operation = Operation::Negate;  ///< not of Parenthesis and Call
    const Function* function = nullptr;       ///< Call
    std::uint32_t arguments = 0;              ///< Call: those that are complete
    std::uint32_t position = 0;               ///< Call: of its name
  };
  using What = Waiting::What;

  const Token& token() const { return tokens_[next_]; }

  [[noreturn]] void refuse_here(const std::string& message) const { refuse(text_, token().position, message); }

  void emit(Operation operation, std::size_t index = 0) {
    program_.steps.push_back({operation, static_cast<std::uint32_t>(index)});
    if (operation >= Operation::Add) {
      --height_;
    } else if (operation < Operation::Negate) {
      program_.depth = std::max(program_.depth, ++height_);
    }
  }

  void emit_number(Number number) {
    program_.numbers.push_back(number);
    emit(Operation::Number, program_.numbers.size() - 1);
  }

  // Up to a complete operand: signs and opening parentheses wait for it.
  void read_operand() {
    for (;; ++next_) {
      switch (token().kind) {
        case Kind::Plus:
          continue;
        case Kind::Minus:
          waiting_.push_back({.what = What::Sign});
          continue;
        case Kind::Open:
          open({.what = What::Parenthesis});
          continue;
        case Kind::Number:
          read_number_token();
          return;
        case Kind::Name:
          if (tokens_[next_ + 1].kind != Kind::Open) return read_variable();
          if (read_call()) continue;
          return;
        case Kind::End:
          refuse_here("Unexpected end of expression.");
        default:
          refuse_here("Unexpected token \"" + std::string(token().text(text_)) + "\".");
      }
    }
  }

  // After an operand: true where another one must follow.
  bool read_operator() {
    while (true) {
      switch (token().kind) {
        case Kind::Plus:
          return wait_for_right_side(What::Sum, Operation::Add);
        case Kind::Minus:
          return wait_for_right_side(What::Sum, Operation::Subtract);
        case Kind::Star:
          return wait_for_right_side(What::Product, Operation::Multiply);
        case Kind::Slash:
          return wait_for_right_side(What::Product, Operation::Divide);
        case Kind::Comma:
          finish_operators(What::Sum);
          if (waiting_.empty()) refuse_here("Unexpected token sequence.");
          if (waiting_.back().what != What::Call) refuse_here("Missing closing parenthesis.");
          finish_argument();
          ++next_;
          return true;
        case Kind::Close:
          finish_operators(What::Sum);
          if (waiting_.empty()) refuse_here("Unexpected token sequence.");
          if (waiting_.back().what == What::Call) finish_call();
          close();
          break;
        case Kind::End:
          finish_operators(What::Sum);
          if (!waiting_.empty()) refuse_here("Missing closing parenthesis.");
          return false;
        default:
          refuse_here(nesting_ > 0 ? "Missing closing parenthesis." : "Unexpected token sequence.");
      }
    }
  }

  bool wait_for_right_side(What what, Operation operation) {
    finish_operators(what);
    waiting_.push_back({.what = what, .operation = operation});
    ++next_;
    return true;
  }

  // Those that bind at least as tightly have both their sides now.
  void finish_operators(What weakest) {
    for (; !waiting_.empty() && waiting_.back().what <= weakest; waiting_.pop_back()) emit(waiting_.back().operation);
  }

  void open(Waiting waiting) {
    if (++nesting_ > kMaxNesting)
      refuse_here("The expression is nested more than " + std::to_string(kMaxNesting) + " deep.");
    waiting_.push_back(waiting);
  }

  void close() {
    waiting_.pop_back();
    --nesting_;
    ++next_;
  }

  void read_number_token() {
    const auto number = read_number(token().text(text_));
    if (!number) refuse_here("The number is too large.");
    emit_number(*number);
    ++next_;
  }

  void read_variable() {
    const std::string_view name = token().text(text_);
    const auto index = static_cast<std::size_t>(name[0] - 'a');
    if (name.size() != 1 || name[0] < 'a' || index >= variables_) {
      const std::string last(1, static_cast<char>('a' + variables_ - 1));
      refuse_here("Unknown variable " + shortened(name) + ". " +
                  (variables_ == 1 ? "There is one path, a." : "The paths are a to " + last + "."));
    }
    emit(Operation::Variable, index);
    ++next_;
  }

  // Goes to the parenthesis; true where an argument follows, false where the call is complete, without any.
  bool read_call() {
    const std::string_view name = token().text(text_);
    const auto* const function =
        std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Function& f) { return f.name == name; });
    if (function == kFunctions.end())
      refuse_here("Unknown function " + shortened(name) + ". The functions are sum, mean, avg, min, max and sqrt.");
    const std::uint32_t position = token().position;
    ++next_;
    open({.what = What::Call, .function = function, .position = position});
    if (tokens_[next_ + 1].kind != Kind::Close) return true;
    if (function->fold == Operation::Root) refuse_arguments(position);
    ++next_;
    emit(Operation::Absent);
    close();
    return false;
  }

  void finish_argument() {
    Waiting& call = waiting_.back();
    const Operation fold = call.function->fold;
    if (++call.arguments == 1) return;
    if (fold == Operation::Root) refuse_arguments(call.position);
    emit(fold);
  }

  void finish_call() {
    finish_argument();
    const Waiting& call = waiting_.back();
    if (call.function->fold == Operation::Root) emit(Operation::Root);
    if (call.function->mean && call.arguments > 1) {
      emit_number(call.arguments);
      emit(Operation::Divide);
    }
  }

  [[noreturn]] void refuse_arguments(std::uint32_t position) const {
    refuse(text_, position, "Function sqrt expects 1 argument.");
  }

  std::string_view text_;
  std::size_t variables_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::vector<Waiting> waiting_;
  std::size_t nesting_ = 0;
  std::size_t height_ = 0;  ///< values on the stack, at this place of the program
  Program program_;
};

}  // namespace

Program compile(std::string_view expression, std::size_t variables) { return Compiler(expression, variables).run(); }

}  // namespace trifle::stats::detail
