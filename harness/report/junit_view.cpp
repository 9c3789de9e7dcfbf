#include <fmt/format.h>

#include <map>
#include <utility>

#include "harness/report/content_views.hpp"
#include "harness/report/html_series.hpp"
#include "harness/report/html_text.hpp"

namespace railgauge {
namespace {

struct suite_counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    void add(point_status status) {
        ++tests;
        failures += status == point_status::invalid ? 1 : 0;
        errors += status == point_status::failed ? 1 : 0;
        skipped += status == point_status::skipped ? 1 : 0;
    }
    [[nodiscard]] std::string attributes() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests,
                           failures, errors, skipped);
    }
};

std::string_view element_of(point_status status) {
    switch (status) {
        case point_status::skipped: return "skipped";
        case point_status::failed: return "error";
        case point_status::invalid: return "failure";
        case point_status::ok: break;
    }
    return "";
}

std::string case_xml(const std::string& suite, std::uint64_t bytes, const report_measurement& one,
                     std::size_t repetition) {
    std::string name = html_size(bytes);
    name += name.back() <= '9' ? " B" : "iB";  // "64K" is 64 KiB
    if (one.launch != 0 || one.round != 0 || repetition != 0) {
        name += fmt::format(", launch {}, round {}", one.launch, one.round);
    }
    if (repetition != 0) name += fmt::format(", {}", repetition + 1);
    // A case's time is what it took in seconds: here, what was measured.
    const double seconds = one.time_us ? one.time_us->p50 / 1e6 : 0;
    std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.9f}\"",
                                   suite, name, seconds);
    if (one.status != point_status::ok) {
        return text + fmt::format(">\n      <{} message=\"{}\"/>\n    </testcase>\n",
                                  element_of(one.status), html_text(one.reason));
    }
    return text + "/>\n";
}

}  // namespace

std::string junit_view(const report_content& content) {
    suite_counts all;
    std::string suites;
    for (const report_series& one : content.series) {
        std::string name = html_text(title_of(one.key));
        if (content.runs.size() > 1) name += fmt::format(" (run {})", one.run + 1);
        suite_counts counts;
        std::string cases;
        for (const report_row& row : one.rows) {
            std::map<std::pair<std::int32_t, std::int64_t>, std::size_t> seen;
            for (const report_measurement& each : row.measurements) {
                // The same launch and round twice is a fault of the file; names stay unique.
                const std::size_t repetition = seen[{each.launch, each.round}]++;
                cases += case_xml(name, row.bytes, each, repetition);
                counts.add(each.status);
                all.add(each.status);
            }
        }
        const std::string started = content.runs[one.run].header.started.substr(0, 19);
        suites += fmt::format("  <testsuite name=\"{}\" {}", name, counts.attributes());
        if (!started.empty()) suites += fmt::format(" timestamp=\"{}\"", html_text(started));
        suites += ">\n" + cases + "  </testsuite>\n";
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"railgauge\" {}>\n{}"
        "</testsuites>\n",
        all.attributes(), suites);
}

}  // namespace railgauge
