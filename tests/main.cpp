#include <clocale>
#include <cstdlib>
#include <iostream>
#include <locale>
#include <stdexcept>

#include <gtest/gtest.h>

/// Runs the tests in the locale of the environment, as a program that calls setlocale would, so that a number or a time
/// that depends on it shows. Tests that share a process (TRIFLE_TEST_TOGETHER) end with 77 where one was skipped and
/// none failed.
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
  const int result = RUN_ALL_TESTS();
  const bool skipped = testing::UnitTest::GetInstance()->skipped_test_count() > 0;
  return result == 0 && skipped && std::getenv("TRIFLE_TEST_TOGETHER") != nullptr ? 77 : result;
}
