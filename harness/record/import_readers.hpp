// One reader for each format; import_run chooses among them.
#pragma once

#include <string_view>

#include "harness/record/import_builder.hpp"

namespace railgauge {

/// Each reads the whole text into `into` and gives the provenance, a JSON object in text. Throws
/// input_error (import_builder::fail) where nothing can be used.
[[nodiscard]] std::string import_nccl_tests(std::string_view text, import_builder& into);
[[nodiscard]] std::string import_nccl_tests_json(std::string_view text, import_builder& into);
[[nodiscard]] std::string import_osu(std::string_view text, import_builder& into);
[[nodiscard]] std::string import_imb(std::string_view text, import_builder& into);
[[nodiscard]] std::string import_ucx_perftest(std::string_view text, import_builder& into);
[[nodiscard]] std::string import_nvbandwidth(std::string_view text, import_builder& into);
[[nodiscard]] std::string import_google_benchmark(std::string_view text, import_builder& into);

}  // namespace railgauge
