// Measured: what making and checking the verification data costs beside a copy of the same bytes,
// from and to memory of the same size. bytes_per_second counts the bytes of data once, so the
// figures of copy, fill and verify stand beside each other. The demand: at least half of the
// copy's, whatever the number of ranks.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "kernels/pattern.hpp"
#include "kernels/reduce.hpp"

namespace {

using namespace railgauge;

struct buffer {
    explicit buffer(std::size_t bytes) : data(new std::byte[bytes]()), size(bytes) {}
    [[nodiscard]] std::span<std::byte> span() const { return {data.get(), size}; }
    std::unique_ptr<std::byte[]> data;
    std::size_t size;
};

void copy(benchmark::State& state, std::size_t bytes) {
    const buffer from(bytes);
    const buffer to(bytes);
    for (auto _ : state) {
        copy_bytes(to.data.get(), from.data.get(), bytes);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

enum class step { fill, verify, fill_expected, verify_expected };

void run(benchmark::State& state, step what, const data_pattern& pattern, std::size_t bytes) {
    const buffer data(bytes);
    fill_pattern(pattern, 0, 0, data.span());
    if (what == step::verify_expected) fill_expected(pattern, 0, data.span());
    for (auto _ : state) {
        switch (what) {
            case step::fill: fill_pattern(pattern, 0, 0, data.span()); break;
            case step::fill_expected: fill_expected(pattern, 0, data.span()); break;
            case step::verify:
                if (verify_pattern(pattern, 0, 0, data.span())) state.SkipWithError("mismatch");
                break;
            case step::verify_expected:
                if (verify_expected(pattern, 0, data.span())) state.SkipWithError("mismatch");
                break;
        }
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void add(const std::string& name, step what, const data_pattern& pattern, std::size_t bytes) {
    benchmark::RegisterBenchmark(
        name.c_str(), [=](benchmark::State& state) { run(state, what, pattern, bytes); });
}

const bool registered = [] {
    for (const std::size_t bytes :
         {std::size_t{64} << 10, std::size_t{1} << 20, std::size_t{64} << 20}) {
        const std::string size = "/" + std::to_string(bytes >> 10) + "KiB";
        benchmark::RegisterBenchmark(("copy" + size).c_str(),
                                     [=](benchmark::State& state) { copy(state, bytes); });
        for (const dtype type : {dtype::int8, dtype::bfloat16, dtype::float32, dtype::float64}) {
            const std::string of = size + "/" + std::string(name_of(type));
            const data_pattern copies{type, false, redop::sum, 2, 1};
            add("fill_copy" + of, step::fill, copies, bytes);
            add("verify_copy" + of, step::verify, copies, bytes);
            for (const std::int32_t ranks : {2, 64, 100000}) {
                const std::string with = of + "/ranks:" + std::to_string(ranks);
                const data_pattern sums{type, true, redop::sum, ranks, 1};
                add("fill_sum" + with, step::fill, sums, bytes);
                add("verify_sum" + with, step::verify_expected, sums, bytes);
            }
        }
    }
    return true;
}();

}  // namespace
