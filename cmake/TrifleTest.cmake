# trifle_test(NAME LABEL label SOURCES file... [LIBRARIES target...])
# One GoogleTest binary, each of its tests known to ctest under the label, so that a skip is seen as one.
find_package(GTest CONFIG REQUIRED)
include(GoogleTest)

add_library(trifle_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_compile_features(trifle_test_main PUBLIC cxx_std_20)
target_link_libraries(trifle_test_main PUBLIC GTest::gmock GTest::gtest)

# GoogleTest's headers cost more than half of the time in which a test compiles. clang takes a precompiled header only
# where all definitions are the same.
function(trifle_precompile_gtest name)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_precompile_headers(${name} REUSE_FROM trifle_test_main)
  endif()
endfunction()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_precompile_headers(trifle_test_main PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  target_compile_options(trifle_test_main PUBLIC -fpch-preprocess)  # for ccache
endif()

function(trifle_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE trifle_stats_private ${arg_LIBRARIES} trifle_test_main)
  trifle_precompile_gtest(${name})
  target_compile_definitions(${name} PRIVATE TRIFLE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${arg_LABEL}/"
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
