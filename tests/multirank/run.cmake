# `railgauge run` as its users meet it: the real program, driven by Python's unittest.
add_executable(railgauge_corrupting ${CMAKE_CURRENT_LIST_DIR}/corrupting_main.cpp)
target_link_libraries(railgauge_corrupting PRIVATE railgauge_cli)

find_program(RAILGAUGE_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT RAILGAUGE_PYTHON)
  message(STATUS "python3: not found; the tests of `railgauge run` are left out")
  return()
endif()
set(run_programs "RAILGAUGE=$<TARGET_FILE:railgauge>"
    "RAILGAUGE_CORRUPTING=$<TARGET_FILE:railgauge_corrupting>")
# They start launchers, count processes and wait for deadlines, so they run alone.
foreach(name ab bad_input discover faults history results launchers groups meetings ucx)
  add_test(NAME multirank.run_${name}
           COMMAND ${RAILGAUGE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/run_${name}.py)
  set_tests_properties(
    multirank.run_${name} PROPERTIES TIMEOUT 600 RUN_SERIAL ON RESOURCE_LOCK mpi_launchers
    ENVIRONMENT "${run_programs};${railgauge_mpi_leaks}")
endforeach()
