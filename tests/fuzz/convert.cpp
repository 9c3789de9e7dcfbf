// Fuzz target: another tool's output, as anyone may have written it, by every reader.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/record/import.hpp"
#include "harness/record/lines.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)railgauge::guess_import_format(text);
    for (const std::string_view name : railgauge::import_format_names()) {
        try {
            const auto run =
                railgauge::import_run(text, "input", *railgauge::import_format_from(name),
                                      {.op = "all_reduce", .ranks = 2, .bytes = 64});
            if (run.points.empty()) std::abort();
            // What was read can be written.
            std::size_t bytes = to_line(run.header).size();
            for (const auto& point : run.points) bytes += to_line(point).size();
            if (bytes == 0) std::abort();
        } catch (const railgauge::input_error&) {
        }
    }
    return 0;
}
