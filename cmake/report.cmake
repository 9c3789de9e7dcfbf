# What the HTML report embeds. uPlot draws its curves: npm fetches it, where there is npm and a
# network; without it the report has tables and SVG, and `railgauge doctor` says so. It is never
# part of the repository. What comes must be what was looked at: the digests below.
set(RAILGAUGE_UPLOT AUTO CACHE STRING
    "uPlot for the HTML report: AUTO (npm), OFF, or the folder of an unpacked npm package")
set(uplot_version 1.6.32)
set(uplot_digests
    dist/uPlot.iife.min.js 19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f
    dist/uPlot.min.css df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04)

# Sets `result` to whether the folder holds exactly that version.
function(railgauge_is_uplot folder result)
  set(digests ${uplot_digests})
  while(digests)
    list(POP_FRONT digests file digest)
    if(NOT EXISTS ${folder}/${file})
      set(${result} FALSE PARENT_SCOPE)
      return()
    endif()
    file(SHA256 ${folder}/${file} found)
    if(NOT found STREQUAL digest)
      message(WARNING "${folder}/${file} is not uPlot ${uplot_version}'s; it is left out")
      set(${result} FALSE PARENT_SCOPE)
      return()
    endif()
  endwhile()
  set(${result} TRUE PARENT_SCOPE)
endfunction()

set(uplot_folder ${PROJECT_BINARY_DIR}/uplot/package)
if(RAILGAUGE_UPLOT STREQUAL "AUTO")
  find_program(RAILGAUGE_NPM npm)
  if(RAILGAUGE_NPM AND NOT EXISTS ${uplot_folder}/package.json)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/uplot)
    # Where there is no network it fails at once, not after npm's patience.
    execute_process(COMMAND ${RAILGAUGE_NPM} pack uplot@${uplot_version} --silent --fetch-retries=0
                    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/uplot
                    TIMEOUT 30 RESULT_VARIABLE fetched OUTPUT_QUIET ERROR_QUIET)
    if(fetched EQUAL 0)
      file(ARCHIVE_EXTRACT INPUT ${PROJECT_BINARY_DIR}/uplot/uplot-${uplot_version}.tgz
           DESTINATION ${PROJECT_BINARY_DIR}/uplot)
    endif()
  endif()
elseif(RAILGAUGE_UPLOT)
  set(uplot_folder ${RAILGAUGE_UPLOT})
else()
  set(uplot_folder "")
endif()
set(has_uplot FALSE)
if(uplot_folder)
  railgauge_is_uplot(${uplot_folder} has_uplot)
endif()
if(has_uplot)
  message(STATUS "HTML report: uPlot ${uplot_version}")
else()
  message(STATUS "HTML report: no uPlot (npm fetches it); it has tables and SVG")
  set(uplot_folder "")
endif()

set(report_assets ${PROJECT_SOURCE_DIR}/harness/report/assets)
add_custom_command(
  OUTPUT ${generated_dir}/report_assets.cpp
  COMMAND ${CMAKE_COMMAND}
          -D "FOLDER=${report_assets}"
          -D "UPLOT=${uplot_folder}"
          -D "UPLOT_VERSION=${uplot_version}"
          -D "OUTPUT=${generated_dir}/report_assets.cpp"
          -P ${PROJECT_SOURCE_DIR}/cmake/write_report_assets.cmake
  DEPENDS ${report_assets}/report.css ${report_assets}/report.js
          ${PROJECT_SOURCE_DIR}/cmake/write_report_assets.cmake
  COMMENT "Embedding what the HTML report needs"
  VERBATIM)
target_sources(railgauge_report PRIVATE ${generated_dir}/report_assets.cpp)
