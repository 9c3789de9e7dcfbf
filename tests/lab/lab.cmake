# scripts/lab and railgauge in it. Each program says why, and ctest shows it as skipped, where this
# machine lets nobody make namespaces.
find_program(RAILGAUGE_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT RAILGAUGE_PYTHON)
  message(STATUS "python3: not found; the tests of the lab are left out")
  return()
endif()
# They count processes and compare rates, so they run alone.
foreach(name life links runs faults)
  add_test(NAME lab.${name}
           COMMAND ${RAILGAUGE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/lab_${name}.py)
  set_tests_properties(
    lab.${name} PROPERTIES TIMEOUT 600 RUN_SERIAL ON SKIP_RETURN_CODE 77
    ENVIRONMENT "RAILGAUGE=$<TARGET_FILE:railgauge>;${railgauge_mpi_leaks}")
endforeach()
