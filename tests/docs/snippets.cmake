# Takes the fenced blocks out of the pages of the documentation. By the word behind the fence:
#
#   cpp       a program where it has a main; otherwise a fragment, which becomes the body of a function that has
#             `stats` (in memory), `now`, `from` and `to`, see fragment.hpp
#   output    what the program before it prints, exactly
#   console   `$ ` commands for the trifle program, each followed by what it prints; `…` stands for anything
#   sh        commands for this checkout, which CI runs: the scripts that they name must be there
#   cmake     what a consumer's CMakeLists.txt says; tests/package builds it
#   text, json, yaml, sql   nothing to run
#
# docs_page(FILE) adds the tests of one page, each labelled docs.
set(DOCS_DIR ${CMAKE_CURRENT_LIST_DIR})

function(docs_page page)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${page})
  string(MAKE_C_IDENTIFIER ${page} id)
  file(READ ${PROJECT_SOURCE_DIR}/${page} rest)
  string(PREPEND rest "\n")
  set(line 0)
  set(fragments "")
  set(calls "")
  set(console "")
  set(commands "")
  set(program "")

  while(TRUE)
    string(FIND "${rest}" "\n```" start)
    if(start EQUAL -1)
      break()
    endif()
    math(EXPR body "${start} + 4")
    docs_count_lines("${rest}" ${body} line)
    string(SUBSTRING "${rest}" ${body} -1 rest)
    string(FIND "${rest}" "\n" end)
    string(SUBSTRING "${rest}" 0 ${end} kind)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    string(FIND "${rest}" "\n```" end)
    if(end EQUAL -1)
      message(FATAL_ERROR "${page}:${line}: the block isn't closed")
    endif()
    string(SUBSTRING "${rest}" 0 ${end} block)
    math(EXPR first "${line} + 1")
    math(EXPR end "${end} + 4")
    docs_count_lines("${rest}" ${end} line)
    string(SUBSTRING "${rest}" ${end} -1 rest)

    if(kind STREQUAL "cpp" AND block MATCHES "int main\\(")
      set(program ${id}_${first})
      docs_write(${program}.cpp "#line ${first} \"${page}\"${block}\n")
      docs_executable(${program})
      docs_run(${program} ${page}:${first})
    elseif(kind STREQUAL "cpp")
      string(APPEND fragments "namespace {\nvoid at_line_${first}(Stats& stats, Instant now, Instant from, Instant to) {\n"
        "use(stats, now, from, to);\n{\n#line ${first} \"${page}\"${block}\n}\n}\n}\n")
      string(APPEND calls "  with_stats(at_line_${first});\n")
      set(program "")
    elseif(kind STREQUAL "output")
      if(program STREQUAL "")
        message(FATAL_ERROR "${page}:${first}: no program is before this output")
      endif()
      docs_write(${program}.expected "${block}\n")
    elseif(kind STREQUAL "console")
      string(APPEND console "%% ${page}:${first}${block}\n")
    elseif(kind STREQUAL "sh")
      string(APPEND commands "${block}\n")
    elseif(NOT kind MATCHES "^(cmake|text|json|yaml|sql)$")
      message(FATAL_ERROR "${page}:${first}: a block of kind '${kind}'; see tests/docs/snippets.cmake")
    endif()
  endwhile()

  if(NOT fragments STREQUAL "")
    docs_write(${id}.cpp "#include \"fragment.hpp\"\n${fragments}int main() {\n${calls}}\n")
    docs_executable(${id})
    target_compile_options(${id} PRIVATE -Wno-shadow -Wno-unused)
    docs_run(${id} ${page}:fragments)
  endif()
  if(NOT console STREQUAL "" AND TARGET trifle)
    docs_write(${id}.console "${console}")
    add_test(NAME docs/${page}:console
      COMMAND ${DOCS_DIR}/run_console ${CMAKE_CURRENT_BINARY_DIR}/${id}.console $<TARGET_FILE_DIR:trifle> ${DOCS_DIR}/files)
    set_tests_properties(docs/${page}:console PROPERTIES LABELS docs TIMEOUT 120)
  endif()
  if(NOT commands STREQUAL "")
    docs_write(${id}.sh "${commands}")
    add_test(NAME docs/${page}:commands COMMAND ${DOCS_DIR}/check_commands ${CMAKE_CURRENT_BINARY_DIR}/${id}.sh
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(docs/${page}:commands PROPERTIES LABELS docs)
  endif()
endfunction()

# Adds the line breaks in the first `length` bytes of `text` to the variable `counter`.
function(docs_count_lines text length counter)
  string(SUBSTRING "${text}" 0 ${length} text)
  string(REGEX MATCHALL "\n" breaks "${text}")
  list(LENGTH breaks count)
  math(EXPR total "${${counter}} + ${count}")
  set(${counter} ${total} PARENT_SCOPE)
endfunction()

# Writes only what differs, so that an unchanged page compiles nothing.
function(docs_write name content)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${name})
  if(EXISTS ${file})
    file(READ ${file} before)
  endif()
  if(NOT "${before}" STREQUAL "${content}")
    file(WRITE ${file} "${content}")
  endif()
endfunction()

function(docs_executable name)
  add_executable(${name} ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_include_directories(${name} PRIVATE ${DOCS_DIR})
  target_link_libraries(${name} PRIVATE TrifleStats::core)
  if(TARGET TrifleStats::sqlite)
    target_link_libraries(${name} PRIVATE TrifleStats::sqlite SQLite::SQLite3)
  endif()
endfunction()

function(docs_run target name)
  add_test(NAME docs/${name} COMMAND ${DOCS_DIR}/run_program $<TARGET_FILE:${target}>
    ${CMAKE_CURRENT_BINARY_DIR}/${target}.expected)
  set_tests_properties(docs/${name} PROPERTIES LABELS docs TIMEOUT 60)
endfunction()
