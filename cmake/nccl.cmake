# The nccl backend needs CUDA and nccl.h to be built; NCCL itself is opened at run time. Without
# them only the part is compiled that says so.

set(RAILGAUGE_HAS_NCCL FALSE)
set(why_no_nccl "no device code")
if(RAILGAUGE_HAS_CUDA)
  find_path(NCCL_INCLUDE_DIR nccl.h HINTS ENV NCCL_HOME ${CUDAToolkit_INCLUDE_DIRS}
            PATH_SUFFIXES include)
  mark_as_advanced(NCCL_INCLUDE_DIR)
  set(why_no_nccl "no nccl.h (Debian and NVIDIA: libnccl-dev)")
  if(NCCL_INCLUDE_DIR)
    file(STRINGS ${NCCL_INCLUDE_DIR}/nccl.h nccl_version REGEX "^#define NCCL_VERSION_CODE [0-9]+")
    string(REGEX REPLACE "[^0-9]" "" nccl_version "${nccl_version}")
    # Newer functions are optional in the library, but their types have to be known here.
    if(nccl_version LESS 22700)
      set(why_no_nccl "${NCCL_INCLUDE_DIR}/nccl.h is of version ${nccl_version}, older than 2.27")
    else()
      set(RAILGAUGE_HAS_NCCL TRUE)
    endif()
  endif()
endif()

if(RAILGAUGE_HAS_NCCL)
  message(STATUS "NCCL: ${NCCL_INCLUDE_DIR}/nccl.h, version ${nccl_version}")
  target_compile_definitions(railgauge_backends PUBLIC RAILGAUGE_HAS_NCCL)
  target_include_directories(railgauge_backends SYSTEM PUBLIC ${NCCL_INCLUDE_DIR})
else()
  message(STATUS "NCCL: ${why_no_nccl}; built without the nccl backend")
  file(GLOB nccl_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/backends/nccl/*.cpp)
  list(FILTER nccl_sources EXCLUDE REGEX "/nccl_backend\\.cpp$")
  set_source_files_properties(${nccl_sources} PROPERTIES HEADER_FILE_ONLY ON)
endif()
