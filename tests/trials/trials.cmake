# Trials of comparisons and gates on this machine, for people: trials.py runs this program.
add_executable(railgauge_slowed ${CMAKE_CURRENT_LIST_DIR}/slowed_main.cpp)
target_link_libraries(railgauge_slowed PRIVATE railgauge_cli)
# MPI's modules are looked for beside the program.
set_target_properties(railgauge_slowed PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
