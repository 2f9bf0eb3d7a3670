#include <clocale>
#include <cstdlib>
#include <iostream>
#include <locale>
#include <stdexcept>

#include <gtest/gtest.h>

/// Runs the tests in the locale of the environment, as a program that calls setlocale would, so that a number or a time
/// that depends on it shows.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  try {
    std::locale::global(std::locale(""));  // sets the C library's locale as well
  } catch (const std::runtime_error&) {
    std::cerr << "the locale of the environment is not installed: staying with \"C\"\n";
  }
  if (std::getenv("TRIFLE_TEST_DECIMAL_COMMA") != nullptr && std::localeconv()->decimal_point[0] != ',') {
    std::cerr << "TRIFLE_TEST_DECIMAL_COMMA is set, but the locale has no decimal comma\n";
    return 1;
  }
  return RUN_ALL_TESTS();
}
