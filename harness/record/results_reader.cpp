#include "harness/record/results_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/record/line_stream.hpp"

namespace railgauge {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 18;

class descriptor {
public:
    explicit descriptor(const std::string& path)
        : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (value_ < 0) throw system_error("open(" + path + ")", errno, "name a results file");
    }
    ~descriptor() { ::close(value_); }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

class collector : public results_visitor {
public:
    explicit collector(results_file& into) : into_(into) {}

    void on_header(run_header&& header, std::uint64_t) override {
        into_.header = std::move(header);
    }
    void on_launch(launch_record&& launch, std::uint64_t) override {
        into_.launches.push_back(std::move(launch));
    }
    void on_communicator(communicator_record&& made, std::uint64_t) override {
        into_.communicators.push_back(std::move(made));
    }
    void on_resume(resume_record&& resume, std::uint64_t) override {
        into_.resumes.push_back(std::move(resume));
    }
    void on_point(point_record&& point, std::uint64_t) override {
        into_.points.push_back(std::move(point));
    }
    void on_end(run_end&& end, std::uint64_t) override { into_.end = std::move(end); }

private:
    results_file& into_;
};

}  // namespace

read_outcome read_results(const std::string& path, results_visitor& visitor,
                          const read_options& options) {
    const descriptor file(path);
    line_stream stream(path, visitor, options);
    std::string chunk(chunk_bytes, '\0');
    for (;;) {
        const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw system_error("read(" + path + ")", errno);
        if (got == 0) return stream.finish();
        stream.feed(std::string_view(chunk).substr(0, static_cast<std::size_t>(got)));
    }
}

read_outcome read_results_text(std::string_view text, std::string_view name,
                               results_visitor& visitor, const read_options& options) {
    line_stream stream(std::string(name), visitor, options);
    stream.feed(text);
    return stream.finish();
}

results_file load_results(const std::string& path, const read_options& options) {
    results_file file;
    collector into(file);
    const read_outcome outcome = read_results(path, into, options);
    if (!outcome.header) {
        throw input_error(path, 1, 1,
                          outcome.cut ? "the file is cut within its header" : "the file is empty");
    }
    file.cut = outcome.cut;
    return file;
}

}  // namespace railgauge
