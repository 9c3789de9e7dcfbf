# railgauge_room(NAME [DIR folder] [DEPS rooms...] [LIBS libraries...]): a static library
# railgauge_NAME from every .cpp below harness/NAME (or DIR). A folder without sources (yet) is an
# interface. railgauge_room_tests(NAME ...) adds tests/unit/NAME as one GoogleTest program.

add_library(railgauge_options INTERFACE)
target_include_directories(railgauge_options INTERFACE ${PROJECT_SOURCE_DIR})
# nvcc takes flags of its own (cmake/cuda.cmake), and device code no sanitizer.
set(host_only $<COMPILE_LANGUAGE:CXX>)
target_compile_options(railgauge_options INTERFACE
                       $<${host_only}:-Wall;-Wextra;-Wpedantic;-Wshadow>
                       $<$<AND:${host_only},$<BOOL:${RAILGAUGE_WERROR}>>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of its own string's operator+ when it inlines much (GCC bug 105651).
  target_compile_options(railgauge_options INTERFACE
                         $<$<AND:${host_only},$<CONFIG:Release>>:-Wno-restrict>)
endif()
if(RAILGAUGE_SANITIZE)
  # AddressSanitizer finds null pointers that are used; UBSan's checks of all that might be cost a
  # third of the compile time. And GCC warns of the sanitizers' own code in std::regex.
  target_compile_options(railgauge_options INTERFACE
                         $<${host_only}:-fsanitize=address,undefined;-fno-sanitize=null>
                         $<${host_only}:-fno-sanitize-recover=all;-fno-omit-frame-pointer>
                         $<${host_only}:-Wno-maybe-uninitialized>)
  target_link_options(railgauge_options INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(railgauge_options INTERFACE RAILGAUGE_SANITIZED)
endif()

function(railgauge_room name)
  cmake_parse_arguments(ROOM "" "DIR" "DEPS;LIBS" ${ARGN})
  if(NOT ROOM_DIR)
    set(ROOM_DIR harness/${name})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${ROOM_DIR}/*.cpp)
  # Programs and modules that live beside a room's sources are targets of their own.
  list(FILTER sources EXCLUDE REGEX "/benches/(micro|peers)/|/main\\.cpp$|_module\\.cpp$")
  if(sources)
    add_library(railgauge_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(railgauge_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(railgauge_${name} ${scope} railgauge_options ${ROOM_LIBS})
  foreach(dep ${ROOM_DEPS})
    target_link_libraries(railgauge_${name} ${scope} railgauge_${dep})
  endforeach()
endfunction()

function(railgauge_room_tests name)
  cmake_parse_arguments(TESTS "" "" "LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(unit_${name} ${sources})
  target_link_libraries(unit_${name} PRIVATE railgauge_${name} ${TESTS_LIBS} GTest::gmock_main)
  target_compile_definitions(unit_${name} PRIVATE
                             RAILGAUGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # The tests' own code, not the rooms': optimising what the sanitizers put into GoogleTest's
  # templates costs up to half of its compile time.
  target_compile_options(unit_${name} PRIVATE $<$<BOOL:${RAILGAUGE_SANITIZE}>:-O0>)
  gtest_discover_tests(unit_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 300 ENVIRONMENT ${railgauge_leaks})
endfunction()
