# The mpi backend under each library's own launcher. The ranks outnumber small machines' cores.
if(NOT RAILGAUGE_MPI_FLAVOURS)
  return()
endif()
add_executable(multirank_mpi_operations ${CMAKE_CURRENT_LIST_DIR}/mpi_operations_test.cpp)
target_link_libraries(multirank_mpi_operations PRIVATE railgauge_backends)

set(environment OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
                ${railgauge_mpi_leaks})
set(module_paths)
foreach(flavour ${RAILGAUGE_MPI_FLAVOURS})
  set(module $<TARGET_FILE:railgauge_mpi_${flavour}>)
  list(APPEND module_paths ${CMAKE_BINARY_DIR}/railgauge_mpi_${flavour}.so)
  add_dependencies(multirank_mpi_operations railgauge_mpi_${flavour})
  if(NOT RAILGAUGE_MPIEXEC_${flavour})
    continue()
  endif()
  execute_process(COMMAND ${RAILGAUGE_MPIEXEC_${flavour}} --version OUTPUT_VARIABLE version
                  ERROR_VARIABLE version)
  set(flags)
  if(version MATCHES "Open MPI|OpenRTE")
    # It refuses more ranks than cores, and root, unless told; and in containers it cannot copy
    # between processes and says so on every start.
    set(flags --oversubscribe --mca btl_vader_single_copy_mechanism none)
  endif()
  foreach(ranks 1 2 3 4)
    set(test multirank.mpi_${flavour}_${ranks})
    add_test(NAME ${test} COMMAND ${RAILGAUGE_MPIEXEC_${flavour}} ${flags} -n ${ranks}
             $<TARGET_FILE:multirank_mpi_operations> ${module})
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 RUN_SERIAL ON
                         ENVIRONMENT "${environment}")
  endforeach()
endforeach()

# The unit tests of the room open the modules without a launcher.
if(TARGET unit_backends)
  foreach(flavour ${RAILGAUGE_MPI_FLAVOURS})
    add_dependencies(unit_backends railgauge_mpi_${flavour})
  endforeach()
  list(JOIN module_paths ":" joined)
  target_compile_definitions(unit_backends PRIVATE RAILGAUGE_MPI_MODULES="${joined}")
endif()
