# The standard headers, precompiled once for all that TRIFLE_STATS_PRECOMPILE speeds up: a file of ours compiles in about
# half the time then, but one that forgets an include isn't noticed. The release build, which has it off, notices.
# In builds that optimise GCC 12 takes what it reads there for our own code, and warns of its library (its bug 105651): the
# release build has it off, the thread sanitizer's has warnings off.
set(trifle_precompiled_headers
  <algorithm> <array> <atomic> <chrono> <cstdint> <deque> <exception> <functional> <map> <memory> <mutex> <optional>
  <span> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>)

function(trifle_precompile)
  # clang takes a precompiled header only where all definitions are the same.
  if(NOT TRIFLE_STATS_PRECOMPILE OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  file(CONFIGURE OUTPUT precompiled.cpp CONTENT "")
  add_library(trifle_precompiled OBJECT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp)
  target_compile_features(trifle_precompiled PUBLIC cxx_std_20)
  set_target_properties(trifle_precompiled PROPERTIES POSITION_INDEPENDENT_CODE "${BUILD_SHARED_LIBS}")
  target_precompile_headers(trifle_precompiled PRIVATE ${trifle_precompiled_headers})
  foreach(name IN LISTS ARGN)
    if(NOT TARGET ${name})
      continue()
    endif()
    get_target_property(type ${name} TYPE)
    # A static library beside shared ones is compiled otherwise than they are.
    if(NOT (BUILD_SHARED_LIBS AND type STREQUAL "STATIC_LIBRARY"))
      target_precompile_headers(${name} REUSE_FROM trifle_precompiled)
      target_compile_options(${name} PRIVATE -fpch-preprocess)  # for ccache
    endif()
  endforeach()
endfunction()
