# Installs the libraries of the checkout SOURCE, shared ones, in FOLDER/prefix, from a build of their own in FOLDER/build.
file(REMOVE_RECURSE ${FOLDER}/prefix)
execute_process(
  COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${FOLDER}/build -DBUILD_SHARED_LIBS=ON -DTRIFLE_STATS_TESTS=OFF
    -DTRIFLE_STATS_CLI=OFF -DTRIFLE_STATS_PRECOMPILE=ON -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${FOLDER}/build --parallel COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${FOLDER}/build --prefix ${FOLDER}/prefix COMMAND_ERROR_IS_FATAL ANY)
