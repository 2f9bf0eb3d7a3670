# Install rules, the CMake package and the pkg-config files. Each backend is a component with a file of its own, so that
# find_package(TrifleStats COMPONENTS sqlite) looks for SQLite's client library and no other.
include(CMakePackageConfigHelpers)

set(trifle_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/TrifleStats)
set(trifle_components core)
if(TARGET trifle_stats_sqlite)
  list(APPEND trifle_components sqlite)
endif()

foreach(component IN LISTS trifle_components)
  if(BUILD_SHARED_LIBS)
    set_target_properties(trifle_stats_${component} PROPERTIES INSTALL_RPATH "$ORIGIN")
  endif()
  install(TARGETS trifle_stats_${component} EXPORT TrifleStats-${component})
  install(EXPORT TrifleStats-${component} NAMESPACE TrifleStats:: DESTINATION ${trifle_package_dir})
endforeach()
if(TARGET trifle AND BUILD_SHARED_LIBS)  # cli/ installs it
  file(RELATIVE_PATH trifle_bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(trifle PROPERTIES INSTALL_RPATH "$ORIGIN/${trifle_bin_to_lib}")
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Who links a static library links what it needs, too; a shared one brings that along.
if(BUILD_SHARED_LIBS)
  set(TRIFLE_STATIC OFF)
  set(TRIFLE_PC_CORE "Libs.private: -lcctz -pthread")
  set(TRIFLE_PC_SQLITE "Requires.private: sqlite3")
  set(TRIFLE_PC_CORE_LIBS "")
  set(TRIFLE_PC_SQLITE_REQUIRES "")
else()
  set(TRIFLE_STATIC ON)
  set(TRIFLE_PC_CORE_LIBS " -lcctz -pthread")
  set(TRIFLE_PC_SQLITE_REQUIRES ", sqlite3")
endif()

configure_package_config_file(cmake/TrifleStatsConfig.cmake.in ${PROJECT_BINARY_DIR}/TrifleStatsConfig.cmake
  INSTALL_DESTINATION ${trifle_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TrifleStatsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/TrifleStatsConfig.cmake ${PROJECT_BINARY_DIR}/TrifleStatsConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindCctz.cmake DESTINATION ${trifle_package_dir})

# Relative, so that they are right in every prefix.
file(RELATIVE_PATH TRIFLE_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH TRIFLE_PC_LIBDIR ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH TRIFLE_PC_INCLUDEDIR ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
foreach(package trifle-stats trifle-stats-sqlite)
  if(package STREQUAL trifle-stats OR TARGET trifle_stats_sqlite)
    configure_file(cmake/${package}.pc.in ${PROJECT_BINARY_DIR}/${package}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${package}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  endif()
endforeach()
