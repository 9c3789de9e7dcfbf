// Fuzz target: a results file, as anyone may have written it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/record/lines.hpp"
#include "harness/record/results_reader.hpp"

namespace {

// What was read can be written again.
class rewriter : public railgauge::results_visitor {
public:
    void on_header(railgauge::run_header&& header, std::uint64_t) override {
        bytes_ += to_line(header).size();
    }
    void on_launch(railgauge::launch_record&& launch, std::uint64_t) override {
        bytes_ += to_line(launch).size();
    }
    void on_resume(railgauge::resume_record&& resume, std::uint64_t) override {
        bytes_ += to_line(resume).size();
    }
    void on_point(railgauge::point_record&& point, std::uint64_t) override {
        bytes_ += to_line(point).size();
    }
    void on_end(railgauge::run_end&& end, std::uint64_t) override { bytes_ += to_line(end).size(); }

private:
    std::size_t bytes_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    rewriter visitor;
    try {
        const auto outcome =
            railgauge::read_results_text(text, "input", visitor, {.samples = true});
        if (outcome.whole_bytes > size || outcome.cut != (outcome.whole_bytes < size)) std::abort();
    } catch (const railgauge::input_error&) {
    }
    return 0;
}
