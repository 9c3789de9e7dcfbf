# Sources that the build writes: what this build is (machine/build_info.hpp) and the command's help
# (docs/cli.md, compiled in).

set(generated_dir ${PROJECT_BINARY_DIR}/generated)

# Asked at every build, because the checkout changes without CMake noticing; the file is rewritten,
# and what hangs on it rebuilt, only when the answer differs.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type_upper)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type_upper}}" build_flags)
string(REGEX REPLACE " +" " " build_flags "${build_flags}")
if(RAILGAUGE_SANITIZE)
  string(APPEND build_flags " -fsanitize=address,undefined")
endif()
add_custom_target(railgauge_build_info
  COMMAND ${CMAKE_COMMAND}
          -D "SOURCE_DIR=${PROJECT_SOURCE_DIR}"
          -D "OUTPUT=${generated_dir}/build_info.cpp"
          -D "VERSION=${PROJECT_VERSION}"
          -D "COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
          -D "FLAGS=${build_flags}"
          -D "BUILD_TYPE=${CMAKE_BUILD_TYPE}"
          -P ${PROJECT_SOURCE_DIR}/cmake/write_build_info.cmake
  BYPRODUCTS ${generated_dir}/build_info.cpp
  COMMENT "Asking git which revision this is"
  VERBATIM)
target_sources(railgauge_machine PRIVATE ${generated_dir}/build_info.cpp)
add_dependencies(railgauge_machine railgauge_build_info)

add_custom_command(
  OUTPUT ${generated_dir}/help_document.cpp
  COMMAND ${CMAKE_COMMAND}
          -D "INPUT=${PROJECT_SOURCE_DIR}/docs/cli.md"
          -D "OUTPUT=${generated_dir}/help_document.cpp"
          -P ${PROJECT_SOURCE_DIR}/cmake/write_help_document.cmake
  DEPENDS ${PROJECT_SOURCE_DIR}/docs/cli.md
          ${PROJECT_SOURCE_DIR}/cmake/write_help_document.cmake
  COMMENT "Compiling docs/cli.md in as the help"
  VERBATIM)
target_sources(railgauge_cli PRIVATE ${generated_dir}/help_document.cpp)
