#include "harness/report/html_provenance.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/report/html_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_entries = 64;  // of a list; the file has the others

std::string value_html(const ordered_json& value, int depth);

std::string object_html(const ordered_json& object, int depth) {
    std::string text = "<dl>";
    for (const auto& [name, value] : object.items()) {
        text += fmt::format("<dt>{}<dd>{}", html_text(name), value_html(value, depth + 1));
    }
    return text + "</dl>";
}

std::string list_html(const ordered_json& list, int depth) {
    std::string text;
    for (std::size_t i = 0; i < list.size() && i < most_entries; ++i) {
        if (list[i].is_structured()) {
            text += "<div>" + value_html(list[i], depth + 1) + "</div>";
        } else {
            text += (i == 0 ? "" : ", ") + value_html(list[i], depth + 1);
        }
    }
    if (list.size() > most_entries) {
        text += fmt::format("<div>and {} more</div>", list.size() - most_entries);
    }
    return text;
}

std::string value_html(const ordered_json& value, int depth) {
    if (value.is_object() && depth < 32) return object_html(value, depth);
    if (value.is_array() && depth < 32) return list_html(value, depth);
    if (value.is_string()) return html_text(value.get_ref<const std::string&>());
    return html_text(value.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

std::string json_html(const std::string& text) {
    const ordered_json value = ordered_json::parse(text, nullptr, false);
    return value.is_discarded() ? html_text(text) : value_html(value, 0);
}

std::string command_text(const std::vector<std::string>& command) {
    std::string text;
    for (const std::string& word : command) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string launches_html(const report_run& run) {
    if (run.launches.empty()) return {};
    std::string text = "<table><thead><tr><th>launch<th>when<th>at<th>probe<tbody>\n";
    for (const launch_record& one : run.launches) {
        std::string probe;
        for (const auto& [name, value] : one.probe) {
            probe += fmt::format("{}{} {}", probe.empty() ? "" : ", ", html_text(name),
                                 html_figure(value));
        }
        text += fmt::format("<tr><td>{}<td>{}<td>{}<td>{}\n", one.launch, html_text(one.when),
                            html_text(one.at), probe);
    }
    text += "</table>\n";
    const auto& placement = run.launches.front().placement;
    if (placement.empty()) return text;
    text +=
        "<details><summary>placement of ranks</summary><table><thead><tr><th>rank<th>host"
        "<th>local rank<th>cpus<tbody>\n";
    for (const rank_placement& place : placement) {
        text += fmt::format("<tr><td>{}<td>{}<td>{}<td>{}\n", place.rank, html_text(place.host),
                            place.local_rank, html_text(place.cpus));
    }
    return text + "</table></details>\n";
}

std::string communicators_html(const report_run& run) {
    if (run.communicators.empty()) return {};
    std::string text =
        "<details><summary>communicators</summary><table><thead><tr><th>launch"
        "<th>backend<th>group<th>ranks<th>made in, us<th>last rank<tbody>\n";
    for (std::size_t i = 0; i < run.communicators.size() && i < most_entries; ++i) {
        const communicator_record& made = run.communicators[i];
        text += fmt::format("<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}\n", made.launch,
                            html_text(made.backend), html_text(made.group), made.ranks,
                            html_figure(made.init_us), made.last_rank);
    }
    return text + "</table></details>\n";
}

std::string problems_html(const report_run& run) {
    if (run.bad_lines == 0) return {};
    std::string text = fmt::format("<p>{}: {} line{} left out.</p>\n<ul>\n", html_text(run.file),
                                   run.bad_lines, run.bad_lines == 1 ? "" : "s");
    for (const std::string& problem : run.problems) text += "<li>" + html_text(problem) + "\n";
    return text + "</ul>\n";
}

}  // namespace

std::string runs_html(const report_content& content) {
    std::string text =
        "<table class=runs><thead><tr><th>run<th>file<th>id<th>started<th>suite<th>launches<th>ok"
        "<th>skipped<th>failed<th>invalid<th>end<tbody>\n";
    for (std::size_t i = 0; i < content.runs.size(); ++i) {
        const report_run& run = content.runs[i];
        std::string end = run.cut ? "cut: the run did not end" : "";
        if (!run.cut && run.end) {
            end = fmt::format("status {} {}", run.end->status, html_text(run.end->reason));
        }
        text += fmt::format(
            "<tr><td>{}<td>{}<td><code>{}</code><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}\n",
            i + 1, html_text(run.file), html_text(run.header.run_id), html_text(run.header.started),
            html_text(run.header.plan.suite), run.header.plan.launches,
            run.counts[point_status::ok], run.counts[point_status::skipped],
            run.counts[point_status::failed], run.counts[point_status::invalid], end);
    }
    text += "</table>\n";
    for (const report_run& run : content.runs) text += problems_html(run);
    return text;
}

std::string provenance_html(const report_content& content) {
    std::map<std::string, std::size_t> told;
    std::string text;
    for (std::size_t i = 0; i < content.runs.size(); ++i) {
        const report_run& run = content.runs[i];
        text += fmt::format("<h3>run {}: {}</h3>\n", i + 1, html_text(run.file));
        if (!run.header.command.empty()) {
            text += fmt::format("<p><code>{}</code></p>\n",
                                html_text(command_text(run.header.command)));
        }
        const auto [before, fresh] = told.try_emplace(run.header.provenance_json, i);
        if (fresh) {
            text += json_html(run.header.provenance_json);
        } else {
            text += fmt::format("<p>Measured on the same as run {}.</p>", before->second + 1);
        }
        text += "\n<details><summary>settings</summary>" +
                json_html(run.header.plan.settings_json) + "</details>\n";
        for (const resume_record& resume : run.resumes) {
            text += fmt::format("<p>Resumed {}.</p>\n", html_text(resume.started));
        }
        text += launches_html(run) + communicators_html(run);
    }
    return text;
}

}  // namespace railgauge
