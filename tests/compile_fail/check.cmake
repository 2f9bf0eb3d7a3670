# Compiles FILE as it is, which must succeed, and with MISUSE, which must fail with an error at the marked line.
set(compile ${COMPILER} -std=c++20 -Wall -Wextra -Werror -fsyntax-only -I ${INCLUDE} ${FILE})

execute_process(COMMAND ${compile} RESULT_VARIABLE status ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the right twin doesn't compile:\n${errors}")
endif()

execute_process(COMMAND ${compile} -D MISUSE RESULT_VARIABLE status ERROR_VARIABLE errors)
if(status EQUAL 0)
  message(FATAL_ERROR "the misuse compiles")
endif()
execute_process(COMMAND grep -n "// misuse" ${FILE} OUTPUT_VARIABLE marked)
string(REGEX MATCH "^[0-9]+" line "${marked}")
string(FIND "${errors}" "${FILE}:${line}:" place)
if(line STREQUAL "" OR place EQUAL -1)
  message(FATAL_ERROR "no error is at the marked line, ${line}:\n${errors}")
endif()
