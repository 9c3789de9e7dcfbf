# cmake -D SOURCE_DIR= -D OUTPUT= -D VERSION= -D COMPILER= -D FLAGS= -D BUILD_TYPE= -P this

set(REVISION "unknown")
find_program(git git)
if(git)
  # Without optional locks, so that a build never gets into the way of a commit.
  execute_process(
    COMMAND ${git} --no-optional-locks describe --always --dirty --exclude=* --abbrev=12
    WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE status ERROR_QUIET)
  if(status EQUAL 0 AND answer)
    set(REVISION "${answer}")
  endif()
endif()
foreach(text REVISION VERSION COMPILER FLAGS BUILD_TYPE)
  string(REPLACE "\\" "\\\\" ${text} "${${text}}")
  string(REPLACE "\"" "\\\"" ${text} "${${text}}")
endforeach()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Written by cmake/write_build_info.cmake.
#include "harness/machine/build_info.hpp"

namespace railgauge {

const build_info& this_build() noexcept {
    static constexpr build_info build{"@VERSION@", "@REVISION@", "@COMPILER@", "@FLAGS@",
                                      "@BUILD_TYPE@"};
    return build;
}

}  // namespace railgauge
]])
