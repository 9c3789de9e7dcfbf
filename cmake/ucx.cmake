# The ucx backend needs UCX's headers to be built and its library to run. Without the headers only
# the part is compiled that says so.

if(ucx_FOUND)
  message(STATUS "UCX: ${ucx_VERSION}")
  target_compile_definitions(railgauge_backends PUBLIC RAILGAUGE_HAS_UCX)
  target_include_directories(railgauge_backends SYSTEM PUBLIC ${ucx_INCLUDE_DIRS})
else()
  message(STATUS "UCX: none found (Debian: libucx-dev); the ucx backend will say so")
  file(GLOB ucx_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/backends/ucx/*.cpp)
  list(FILTER ucx_sources EXCLUDE REGEX "/(ucx_backend|ask_ucx)\\.cpp$")
  set_source_files_properties(${ucx_sources} PROPERTIES HEADER_FILE_ONLY ON)
endif()
