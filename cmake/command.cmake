# The command itself, and what `cmake --install` puts where: bin/railgauge, lib/railgauge (the MPI
# modules, from cmake/mpi.cmake) and share/railgauge (suites and documents).

add_executable(railgauge ${PROJECT_SOURCE_DIR}/harness/cli/main.cpp)
target_link_libraries(railgauge PRIVATE railgauge_cli)
set_target_properties(railgauge PROPERTIES
  ENABLE_EXPORTS ON  # modules opened at run time use the command's own classes
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

include(GNUInstallDirs)
install(TARGETS railgauge RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/benches/suites/
        DESTINATION ${CMAKE_INSTALL_DATADIR}/railgauge/suites
        FILES_MATCHING PATTERN "*.toml")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/topologies/
        DESTINATION ${CMAKE_INSTALL_DATADIR}/railgauge/topologies
        FILES_MATCHING PATTERN "*.toml")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/railgauge/docs)
