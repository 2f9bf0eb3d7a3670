# Builds the libraries from SOURCE, SHARED or not, in FOLDER/build and installs them to FOLDER/prefix.
file(REMOVE_RECURSE ${FOLDER}/prefix)
foreach(command
    "-G;Ninja;-S;${SOURCE};-B;${FOLDER}/build;-DBUILD_SHARED_LIBS=${SHARED};-DTRIFLE_STATS_TESTS=OFF;-DTRIFLE_STATS_CLI=OFF;-DCMAKE_CXX_COMPILER=${COMPILER};-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER};-DCMAKE_INSTALL_PREFIX=${FOLDER}/prefix"
    "--build;${FOLDER}/build;--parallel"
    "--install;${FOLDER}/build")
  execute_process(COMMAND ${CMAKE_COMMAND} ${command} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
