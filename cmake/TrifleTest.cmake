# trifle_test(NAME LABEL label SOURCES file... [LIBRARIES target...] [PROCESSES n])
# One GoogleTest binary, each of its tests known to ctest under the label, so that a skip is seen as one. With
# TRIFLE_STATS_TESTS_TOGETHER its tests share a process, or n of them; they are skipped together where one is. Those that
# break servers and race with each other keep their own.
# trifle_test_needs(LABEL target...)
# What the target tests_LABEL builds: all that ctest -L LABEL runs.
find_package(GTest CONFIG REQUIRED)
include(GoogleTest)

option(TRIFLE_STATS_TESTS_TOGETHER "Run tests in few processes: under a sanitizer each takes a quarter of a second" OFF)

add_library(trifle_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_compile_features(trifle_test_main PUBLIC cxx_std_20)
target_include_directories(trifle_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)
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

function(trifle_test_needs label)
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
  add_dependencies(tests_${label} ${ARGN})
endfunction()

function(trifle_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT;PROCESSES" "SOURCES;LIBRARIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(NOT arg_PROCESSES)
    set(arg_PROCESSES 1)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE trifle_stats_private ${arg_LIBRARIES} trifle_test_main)
  trifle_precompile_gtest(${name})
  target_compile_definitions(${name} PRIVATE TRIFLE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  get_directory_property(left_out EXCLUDE_FROM_ALL)
  if(left_out)
    return()
  endif()
  trifle_test_needs(${arg_LABEL} ${name})
  if(TRIFLE_STATS_TESTS_TOGETHER AND NOT arg_LABEL MATCHES "^(fault|concurrency|fork)$")
    foreach(process RANGE 1 ${arg_PROCESSES})
      math(EXPR shard "${process} - 1")
      set(test ${arg_LABEL}/${name}/${process})
      add_test(NAME ${test} COMMAND ${name} --gtest_brief=1)
      set_tests_properties(${test} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 3600 SKIP_RETURN_CODE 77
        ENVIRONMENT "TRIFLE_TEST_TOGETHER=1;GTEST_TOTAL_SHARDS=${arg_PROCESSES};GTEST_SHARD_INDEX=${shard}")
    endforeach()
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${arg_LABEL}/"
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
