# One loadable module railgauge_mpi_<flavour>.so for each MPI library of this machine, beside the
# command in the build folder and in lib/railgauge when installed. CMake's FindMPI knows one MPI a
# project, so the compiler wrappers are asked here: mpicc.mpich and mpicc.openmpi (Debian's names)
# and, where plain mpicc is yet another one, that as `default`. No MPI is a message, no error.
# Sets RAILGAUGE_MPI_FLAVOURS, and for each flavour the target railgauge_mpi_flavour_<flavour> (an
# interface with its flags) and RAILGAUGE_MPIEXEC_<flavour> (its launcher, empty where none).

# The flags that a wrapper adds, as one line; empty where it does not answer. MPICH and its
# relatives know -show, Open MPI --showme.
function(railgauge_mpi_wrapper_flags wrapper result)
  set(${result} "" PARENT_SCOPE)
  foreach(question -show --showme)
    execute_process(COMMAND ${wrapper} ${question} OUTPUT_VARIABLE answer ERROR_QUIET
                    RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
    # The first word is the compiler.
    if(status EQUAL 0 AND answer MATCHES "^[^ ]+ +(.*-l.*)$")
      set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# An interface target from those flags. Libraries become full paths where they are found, so that
# CMake writes the run path of those outside the system's folders.
function(railgauge_mpi_interface target flags)
  separate_arguments(words UNIX_COMMAND "${flags}")
  set(folders)
  foreach(word ${words})
    if(word MATCHES "^-L(.+)")
      list(APPEND folders ${CMAKE_MATCH_1})
    endif()
  endforeach()
  add_library(${target} INTERFACE)
  foreach(word ${words})
    if(word MATCHES "^-I(.+)")
      target_include_directories(${target} SYSTEM INTERFACE ${CMAKE_MATCH_1})
    elseif(word MATCHES "^-l(.+)")
      unset(found CACHE)
      find_library(found NAMES ${CMAKE_MATCH_1} HINTS ${folders})
      if(found)
        target_link_libraries(${target} INTERFACE ${found})
      else()
        target_link_libraries(${target} INTERFACE ${word})
      endif()
      unset(found CACHE)
    elseif(word MATCHES "^-Wl,")
      target_link_options(${target} INTERFACE ${word})
    elseif(word MATCHES "^-(D|pthread)")
      target_compile_options(${target} INTERFACE ${word})
    endif()
  endforeach()
endfunction()

# Whether a program with mpi.h compiles and links with the target's flags; asked once.
function(railgauge_mpi_works flavour target)
  if(DEFINED RAILGAUGE_MPI_WORKS_${flavour})
    return()
  endif()
  set(source ${CMAKE_BINARY_DIR}/CMakeFiles/mpi_${flavour}.cpp)
  file(WRITE ${source} "#include <mpi.h>\nint main() { return MPI_Init(nullptr, nullptr); }\n")
  get_target_property(includes ${target} INTERFACE_INCLUDE_DIRECTORIES)
  get_target_property(libraries ${target} INTERFACE_LINK_LIBRARIES)
  if(NOT includes)
    set(includes)
  endif()
  try_compile(works ${CMAKE_BINARY_DIR}/CMakeFiles/mpi_${flavour} SOURCES ${source}
              CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${includes}"
              COMPILE_DEFINITIONS -DOMPI_SKIP_MPICXX -DMPICH_SKIP_MPICXX
              LINK_LIBRARIES ${libraries})
  set(RAILGAUGE_MPI_WORKS_${flavour} ${works} CACHE INTERNAL "mpi.h and library of ${flavour}")
endfunction()

function(railgauge_mpi_module flavour)
  set(module railgauge_mpi_${flavour})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/backends/mpi/*_module.cpp)
  # The few of the house that the module calls are compiled into it, so that it needs no symbol of
  # the program that opens it.
  add_library(${module} MODULE ${sources}
              ${PROJECT_SOURCE_DIR}/harness/backends/mpi/mpi_supports.cpp
              ${PROJECT_SOURCE_DIR}/harness/backends/default_manner.cpp
              ${PROJECT_SOURCE_DIR}/harness/backends/operation_spec.cpp
              ${PROJECT_SOURCE_DIR}/harness/base/operation_kind.cpp
              ${PROJECT_SOURCE_DIR}/kernels/types.cpp)
  set_target_properties(${module} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden
                        VISIBILITY_INLINES_HIDDEN ON
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
                        INSTALL_RPATH_USE_LINK_PATH ON)
  target_link_libraries(${module} PRIVATE railgauge_options railgauge_mpi_flavour_${flavour})
  # Never unloaded: MPI libraries leave threads' data and exit handlers behind, and exceptions that
  # the module threw point into it.
  target_link_options(${module} PRIVATE -Wl,-z,nodelete)
  install(TARGETS ${module} LIBRARY DESTINATION lib/railgauge)
endfunction()

set(RAILGAUGE_MPI_FLAVOURS)
set(railgauge_mpi_seen)
foreach(flavour mpich openmpi default)
  if(flavour STREQUAL "default")
    set(suffix "")
  else()
    set(suffix ".${flavour}")
  endif()
  find_program(RAILGAUGE_MPICC_${flavour} mpicc${suffix})
  find_program(RAILGAUGE_MPIEXEC_${flavour} NAMES mpiexec${suffix} mpirun${suffix})
  mark_as_advanced(RAILGAUGE_MPICC_${flavour} RAILGAUGE_MPIEXEC_${flavour})
  if(NOT RAILGAUGE_MPICC_${flavour})
    continue()
  endif()
  railgauge_mpi_wrapper_flags(${RAILGAUGE_MPICC_${flavour}} flags)
  if(NOT flags OR flags IN_LIST railgauge_mpi_seen)
    continue()
  endif()
  railgauge_mpi_interface(railgauge_mpi_flavour_${flavour} "${flags}")
  railgauge_mpi_works(${flavour} railgauge_mpi_flavour_${flavour})
  if(NOT RAILGAUGE_MPI_WORKS_${flavour})
    message(STATUS "MPI ${flavour}: ${RAILGAUGE_MPICC_${flavour}} answers, but a program with "
                   "mpi.h does not build; left out")
    continue()
  endif()
  list(APPEND railgauge_mpi_seen "${flags}")
  list(APPEND RAILGAUGE_MPI_FLAVOURS ${flavour})
  railgauge_mpi_module(${flavour})
  message(STATUS "MPI ${flavour}: ${RAILGAUGE_MPICC_${flavour}}")
endforeach()
if(NOT RAILGAUGE_MPI_FLAVOURS)
  message(STATUS "MPI: none found (Debian: libmpich-dev mpich); the mpi backend will say so")
endif()
