# Builds a copy of the consumer PROJECT in FOLDER against what PREFIX holds, and the checkout SOURCE where the project
# builds the library itself, and runs it in an empty folder. With FAILS it must not configure, saying that.
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${PROJECT}/ DESTINATION ${FOLDER}/project)
file(COPY ${SOURCE}/examples/getting_started.cpp ${SOURCE}/examples/usage.cpp DESTINATION ${FOLDER}/project)
file(MAKE_DIRECTORY ${FOLDER}/project/external ${FOLDER}/empty)
file(CREATE_LINK ${SOURCE} ${FOLDER}/project/external/trifle-stats SYMBOLIC)

execute_process(
  COMMAND ${CMAKE_COMMAND} -G Ninja -S ${FOLDER}/project -B ${FOLDER}/build -DCMAKE_CXX_COMPILER=${COMPILER}
    -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_PREFIX_PATH=${PREFIX} -DFETCHCONTENT_FULLY_DISCONNECTED=ON
    -DFETCHCONTENT_SOURCE_DIR_TRIFLESTATS=${SOURCE} ${OPTIONS}
  RESULT_VARIABLE status ERROR_VARIABLE errors)
string(REGEX REPLACE "[ \n]+" " " errors "${errors}")  # a message is wrapped
if(DEFINED FAILS)
  if(status EQUAL 0 OR NOT errors MATCHES "${FAILS}")
    message(FATAL_ERROR "it should fail with '${FAILS}', and says: ${errors}")
  endif()
  return()
elseif(NOT status EQUAL 0)
  message(FATAL_ERROR "${errors}")
endif()

execute_process(COMMAND ${CMAKE_COMMAND} --build ${FOLDER}/build --parallel COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${FOLDER}/build/app WORKING_DIRECTORY ${FOLDER}/empty OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(NOT printed MATCHES "${PRINTS}")
  message(FATAL_ERROR "it should print '${PRINTS}', and prints: ${printed}")
endif()
