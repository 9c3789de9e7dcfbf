#include <fmt/format.h>

#include <set>
#include <string>

#include "harness/report/compare_parts.hpp"
#include "harness/report/gate_views.hpp"
#include "harness/report/html_text.hpp"

namespace railgauge {
namespace {

// Readers of JUnit files refuse more than 30 MB.
constexpr std::size_t most_suite_bytes = 10'000'000;

struct case_counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    void operator+=(const case_counts& more) {
        tests += more.tests;
        failures += more.failures;
        errors += more.errors;
        skipped += more.skipped;
    }
    [[nodiscard]] std::string attributes() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests,
                           failures, errors, skipped);
    }
};

class suite {
public:
    explicit suite(std::string name) : name_(std::move(name)) {}

    /// `element` is failure, error, skipped, or "" for a case that passes.
    void add(const std::string& name, std::string_view element, const std::string& message) {
        std::string unique = html_text(name);
        for (int again = 2; !names_.insert(unique).second; ++again) {
            unique = fmt::format("{} ({})", html_text(name), again);
        }
        ++counts_.tests;
        counts_.failures += element == "failure" ? 1 : 0;
        counts_.errors += element == "error" ? 1 : 0;
        counts_.skipped += element == "skipped" ? 1 : 0;
        cases_ +=
            fmt::format("    <testcase classname=\"{}\" name=\"{}\"", html_text(name_), unique);
        if (element.empty()) {
            cases_ += "/>\n";
        } else {
            cases_ += fmt::format(">\n      <{} message=\"{}\"/>\n    </testcase>\n", element,
                                  html_text(message));
        }
    }

    void note(std::string_view name, std::string_view value) {
        properties_ += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, value);
    }

    [[nodiscard]] std::size_t size() const noexcept { return cases_.size(); }

    void leave_out(std::size_t cases) { left_out_ = cases; }

    [[nodiscard]] const case_counts& counts() const noexcept { return counts_; }

    [[nodiscard]] std::string xml() const {
        std::string text =
            fmt::format("  <testsuite name=\"{}\" {}>\n", html_text(name_), counts_.attributes());
        if (!properties_.empty()) {
            text += "    <properties>\n" + properties_ + "    </properties>\n";
        }
        text += cases_;
        if (left_out_ > 0) {
            text += fmt::format("    <system-out>{} more cases are left out here.</system-out>\n",
                                left_out_);
        }
        return text + "  </testsuite>\n";
    }

private:
    std::string name_;
    std::string properties_;
    std::string cases_;
    std::set<std::string> names_;
    case_counts counts_;
    std::size_t left_out_ = 0;
};

std::string message_of(const gated& one) {
    return fmt::format("{}: candidate/baseline {}, passes to {}, {} would have been found",
                       name_of(one.time.verdict), ratio_text(one.time), share_text(one.threshold),
                       share_text(one.detectable));
}

std::string_view element_of(const gated& one) {
    if (one.time.verdict == verdict_word::slower) return "failure";
    return one.time.verdict == verdict_word::unknown ? "skipped" : "";
}

suite suite_of(const std::string& name, const std::vector<gated>& series, std::size_t most) {
    suite result(name);
    std::size_t listed = 0;
    for (const std::size_t place : gate_order(series)) {  // those that fail come first
        if (listed == most || result.size() > most_suite_bytes) break;
        const gated& one = series[place];
        result.add(one.name, element_of(one), message_of(one));
        ++listed;
    }
    result.leave_out(series.size() - listed);
    return result;
}

}  // namespace

std::string gate_junit(const gate_view& view, std::size_t most_cases) {
    const gate_result& result = view.result;
    suite whole("railgauge gate");
    if (view.baseline.of_rounds == round_value::fastest) whole.note("of_rounds", "fastest");
    const bool failed = result.status == exit_status::worse;
    const bool undecided = result.status == exit_status::cannot;
    whole.add("verdict", failed ? "failure" : (undecided ? "error" : ""),
              gate_headline(result) + ". " + gate_power_text(view));
    const suite classes = suite_of("railgauge gate, classes", result.classes, most_cases);
    const suite points = suite_of("railgauge gate, points", result.points, most_cases);
    case_counts all;
    for (const auto& counts : {whole.counts(), classes.counts(), points.counts()}) all += counts;
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"railgauge gate\" {}>\n"
        "{}{}{}</testsuites>\n",
        all.attributes(), whole.xml(), classes.xml(), points.xml());
}

}  // namespace railgauge
