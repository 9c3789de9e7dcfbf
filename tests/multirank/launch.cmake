# Ranks under real launchers, well-behaved and not.
add_executable(launch_rank ${CMAKE_CURRENT_LIST_DIR}/launch_rank.cpp)
target_link_libraries(launch_rank PRIVATE railgauge_launch)
add_executable(multirank_launch ${CMAKE_CURRENT_LIST_DIR}/launch_test.cpp)
target_link_libraries(multirank_launch PRIVATE railgauge_launch GTest::gmock_main)
add_dependencies(multirank_launch launch_rank)

set(launch_flavours)
foreach(flavour ${RAILGAUGE_MPI_FLAVOURS})
  if(RAILGAUGE_MPIEXEC_${flavour})
    set(module ${CMAKE_BINARY_DIR}/railgauge_mpi_${flavour}.so)
    list(APPEND launch_flavours "${flavour}=${RAILGAUGE_MPIEXEC_${flavour}}=${module}")
    add_dependencies(multirank_launch railgauge_mpi_${flavour})
  endif()
endforeach()
list(JOIN launch_flavours "|" joined)
target_compile_definitions(multirank_launch PRIVATE
                           RAILGAUGE_LAUNCH_RANK="$<TARGET_FILE:launch_rank>"
                           "RAILGAUGE_LAUNCH_FLAVOURS=\"${joined}\"")
# The tests count the processes that are left, so they do not run beside each other.
gtest_discover_tests(multirank_launch TEST_PREFIX "multirank." DISCOVERY_TIMEOUT 60
                     PROPERTIES TIMEOUT 300 RUN_SERIAL ON RESOURCE_LOCK mpi_launchers
                     ENVIRONMENT ${railgauge_mpi_leaks})
