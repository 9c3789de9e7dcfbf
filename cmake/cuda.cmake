# Device code: the target railgauge_kernels_device (kernels/*.cu, the runtime linked statically) and
# the variable RAILGAUGE_HAS_CUDA, where there is an nvcc; a message where there is none. Whoever
# links the target gets RAILGAUGE_HAS_CUDA defined. The runtime opens the driver when it is first
# called, so what is linked with it starts on machines without one.

set(RAILGAUGE_CUDA AUTO CACHE STRING "device code: AUTO (where nvcc is found), ON (required), OFF")
set_property(CACHE RAILGAUGE_CUDA PROPERTY STRINGS AUTO ON OFF)
set(RAILGAUGE_CUDA_ARCHITECTURES 80 90 100 120 CACHE STRING
    "compute capabilities of device code, those that nvcc knows; the last one as PTX too")
set(RAILGAUGE_HAS_CUDA FALSE)

# Sets RAILGAUGE_NVCC, and `why_not` where no compiler works.
function(railgauge_find_nvcc why_not)
  set(${why_not} "" PARENT_SCOPE)
  find_program(RAILGAUGE_NVCC nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATH_SUFFIXES bin
               PATHS /usr/local/cuda/bin)
  mark_as_advanced(RAILGAUGE_NVCC)
  if(NOT RAILGAUGE_NVCC AND NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
    set(${why_not} "no nvcc in PATH or /usr/local/cuda/bin" PARENT_SCOPE)
    return()
  endif()
  if(RAILGAUGE_NVCC AND NOT DEFINED ENV{CUDACXX})
    set(ENV{CUDACXX} ${RAILGAUGE_NVCC})
  endif()
  include(CheckLanguage)
  check_language(CUDA)
  if(NOT CMAKE_CUDA_COMPILER)
    set(${why_not} "${RAILGAUGE_NVCC} does not compile with ${CMAKE_CUDA_HOST_COMPILER}"
        PARENT_SCOPE)
  endif()
endfunction()

# The architectures of the option that this nvcc knows: machine code for each, PTX for the last.
function(railgauge_cuda_architectures result)
  execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-code OUTPUT_VARIABLE known)
  set(chosen)
  foreach(architecture ${RAILGAUGE_CUDA_ARCHITECTURES})
    if(known MATCHES "sm_${architecture}[\r\n]")
      list(APPEND chosen ${architecture})
    else()
      message(STATUS "CUDA: this nvcc does not know sm_${architecture}; left out")
    endif()
  endforeach()
  if(NOT chosen)
    message(FATAL_ERROR "CUDA: nvcc knows none of ${RAILGAUGE_CUDA_ARCHITECTURES}; set "
                        "RAILGAUGE_CUDA_ARCHITECTURES, or RAILGAUGE_CUDA=OFF")
  endif()
  list(POP_BACK chosen last)
  list(TRANSFORM chosen APPEND -real)
  set(${result} ${chosen} ${last} PARENT_SCOPE)
endfunction()

function(railgauge_device_library)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/kernels/*.cu)
  add_library(railgauge_kernels_device STATIC ${sources})
  target_link_libraries(railgauge_kernels_device PUBLIC railgauge_kernels CUDA::cudart_static)
  target_compile_definitions(railgauge_kernels_device PUBLIC RAILGAUGE_HAS_CUDA)
  # Without contraction, so that numbers are rounded as
  # on the host; where it is wanted, the code says so.
  target_compile_options(railgauge_kernels_device PRIVATE
                         --expt-relaxed-constexpr --fmad=false -Xcompiler=-Wall,-Wextra,-Wshadow
                         $<$<BOOL:${RAILGAUGE_WERROR}>:--Werror=all-warnings;-Xcompiler=-Werror>)
endfunction()

if(RAILGAUGE_CUDA)
  if(NOT CMAKE_CUDA_HOST_COMPILER AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(CMAKE_CUDA_HOST_COMPILER ${CMAKE_CXX_COMPILER})
  endif()
  railgauge_find_nvcc(railgauge_no_cuda)
  if(railgauge_no_cuda AND RAILGAUGE_CUDA STREQUAL "ON")
    message(FATAL_ERROR "CUDA: ${railgauge_no_cuda}")
  elseif(railgauge_no_cuda)
    message(STATUS "CUDA: ${railgauge_no_cuda}; built without device code")
  else()
    railgauge_cuda_architectures(CMAKE_CUDA_ARCHITECTURES)
    enable_language(CUDA)
    # CMake 3.25 does not know yet that nvcc 12 has C++20, which targets take over from C++.
    if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
      set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
    endif()
    find_package(CUDAToolkit REQUIRED)
    railgauge_device_library()
    set(RAILGAUGE_HAS_CUDA TRUE)
    string(REPLACE ";" " " architectures "${CMAKE_CUDA_ARCHITECTURES}")
    message(STATUS "CUDA: nvcc ${CMAKE_CUDA_COMPILER_VERSION} for ${architectures}")
  endif()
else()
  message(STATUS "CUDA: switched off; built without device code")
endif()
