# `railgauge compare` and `gate` as their users meet them: the real program, driven by unittest.
find_program(RAILGAUGE_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT RAILGAUGE_PYTHON)
  message(STATUS "python3: not found; the tests of `railgauge compare` are left out")
  return()
endif()
foreach(name compare_gate bad_sets)
  add_test(NAME comparing.${name}
           COMMAND ${RAILGAUGE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/${name}.py)
  set_tests_properties(comparing.${name} PROPERTIES TIMEOUT 600
                       ENVIRONMENT "RAILGAUGE=$<TARGET_FILE:railgauge>;${railgauge_leaks}")
endforeach()
