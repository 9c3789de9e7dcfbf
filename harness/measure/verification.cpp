#include "harness/measure/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/clock.hpp"
#include "kernels/pattern.hpp"

namespace railgauge {
namespace {

data_pattern pattern_of(const operation_spec& spec, int ranks, std::uint64_t seed) {
    return {.type = spec.type,
            .reducing = is_reducing(spec.kind),
            .op = spec.op,
            .ranks = ranks,
            .seed = seed};
}

// Each stream's message has data of its own, so that one in another's place is seen.
std::uint64_t seed_of(std::uint64_t seed, int stream) {
    return seed + static_cast<std::uint64_t>(stream) * 0x9e3779b97f4a7c15U;
}

// One rank's finding, of fixed size so that it can be gathered.
struct finding {
    std::uint64_t wrong = 0;
    std::uint64_t element = 0;
    std::int32_t rank = 0;  ///< of the operation
    char expected[64] = {};
    char got[64] = {};
};

void copy_text(char (&target)[64], const std::string& text) {
    const std::size_t length = std::min(text.size(), sizeof target - 1);
    std::memcpy(target, text.data(), length);
}

// Collects mismatches of several blocks of one output.
class checker {
public:
    /// The output begins `offset` bytes into the memory.
    checker(const operation_spec& spec, int ranks, std::uint64_t seed, memory& output,
            std::uint64_t offset)
        : pattern_(pattern_of(spec, ranks, seed)),
          size_(size_of(spec.type)),
          output_(output),
          offset_(offset) {}

    /// Output elements [at, at + count) hold what `source` contributed from its element `first` on.
    void holds_data_of(int source, std::uint64_t first, std::uint64_t at, std::uint64_t count) {
        add(at,
            output_.verify_pattern(pattern_, source, first, offset_ + at * size_, count * size_));
    }

    /// They hold the combination of all ranks, from element `first` of the message on.
    void holds_combination(std::uint64_t first, std::uint64_t at, std::uint64_t count) {
        add(at, output_.verify_expected(pattern_, first, offset_ + at * size_, count * size_));
    }

    [[nodiscard]] const finding& result() const noexcept { return found_; }

private:
    void add(std::uint64_t at, const std::optional<mismatch>& what) {
        if (!what) return;
        if (found_.wrong == 0) {
            found_.element = at + what->element;
            copy_text(found_.expected, what->expected);
            copy_text(found_.got, what->got);
        }
        found_.wrong += what->wrong;
    }

    data_pattern pattern_;
    std::size_t size_;
    memory& output_;
    std::uint64_t offset_;
    finding found_;
};

void check_blocks_of_all(checker& check, const operation_spec& spec, int rank, int ranks) {
    for (int source = 0; source < ranks; ++source) {
        if (spec.kind == operation_kind::all_to_all || spec.kind == operation_kind::all_to_all_v) {
            check.holds_data_of(source, send_offset(spec, source, rank, ranks),
                                receive_offset(spec, source, rank, ranks),
                                block_elements(spec, source, rank, ranks));
        } else {
            const auto at = static_cast<std::uint64_t>(source) * spec.count;
            check.holds_data_of(source, 0, at, spec.count);
        }
    }
}

void check_output(checker& check, const operation_spec& spec, int rank, int ranks) {
    const auto own = static_cast<std::uint64_t>(rank) * spec.count;
    const bool root = rank == spec.root;
    switch (spec.kind) {
        case operation_kind::all_reduce: return check.holds_combination(0, 0, spec.count);
        case operation_kind::reduce:
            if (root) check.holds_combination(0, 0, spec.count);
            return;
        case operation_kind::reduce_scatter: return check.holds_combination(own, 0, spec.count);
        case operation_kind::broadcast:
            if (!root || spec.in_place) check.holds_data_of(spec.root, 0, 0, spec.count);
            return;
        case operation_kind::scatter: return check.holds_data_of(spec.root, own, 0, spec.count);
        case operation_kind::gather:
            if (root) check_blocks_of_all(check, spec, rank, ranks);
            return;
        case operation_kind::all_gather:
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v: return check_blocks_of_all(check, spec, rank, ranks);
        case operation_kind::send_recv:
            return check.holds_data_of((rank + ranks - 1) % ranks, 0, 0,
                                       output_elements(spec, rank, ranks));
        case operation_kind::ping_pong:
        case operation_kind::bidirectional:
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get:
            if (takes_part(spec.kind, rank, ranks)) {
                check.holds_data_of(rank ^ 1, 0, 0, output_elements(spec, rank, ranks));
            }
            return;
        case operation_kind::host_to_device:
        case operation_kind::device_to_host:
        case operation_kind::host_device_both:
        case operation_kind::device_copy:
            return check.holds_data_of(rank, 0, 0, output_elements(spec, rank, ranks));
        case operation_kind::barrier:
        case operation_kind::host_latency:  // it looks itself where the chain led it
        case operation_kind::device_latency:
        case operation_kind::peer_latency:
        case operation_kind::kernel_launch:
        case operation_kind::event_record: return;
    }
}

/// Elements count from the start of the first stream's output.
finding check_streams(const operation_spec& spec, int rank, int ranks, std::uint64_t seed,
                      memory& output) {
    const operation_spec one = one_stream_of(spec);
    const std::uint64_t inside = spec.in_place ? in_place_output_offset(spec, rank) : 0;
    finding all;
    for (int stream = 0; stream < std::max(1, spec.manner.streams); ++stream) {
        const std::uint64_t start = output_start(spec, stream, rank, ranks);
        checker check(one, ranks, seed_of(seed, stream), output,
                      (start + inside) * size_of(spec.type));
        check_output(check, one, rank, ranks);
        finding found = check.result();
        if (found.wrong == 0) continue;
        found.element += start;
        if (all.wrong != 0) {
            all.wrong += found.wrong;
        } else {
            all = found;
        }
    }
    return all;
}

point_buffers part_of(point_buffers buffers, int gpu) {
    return {&buffers.input->part(gpu), &buffers.output->part(gpu)};
}

/// Over all of this process's ranks: the first of them that is wrong, and all that is wrong.
finding check_own(const world& group, const operation_spec& spec, std::uint64_t seed,
                  point_buffers buffers) {
    const int gpus = spec.manner.gpus_per_rank;
    finding all;
    for (int gpu = 0; gpu < gpus; ++gpu) {
        const int rank = group.rank() * gpus + gpu;
        finding found =
            check_streams(spec, rank, group.size() * gpus, seed, buffers.output->part(gpu));
        found.rank = rank;
        if (all.wrong != 0) {
            all.wrong += found.wrong;
        } else {
            all = found;
        }
    }
    return all;
}

}  // namespace

void fill_buffers(const operation_spec& spec, int rank, int ranks, std::uint64_t seed,
                  point_buffers buffers) {
    const std::uint64_t size = size_of(spec.type);
    const std::uint64_t input = input_elements(spec, rank, ranks) * size;
    const std::uint64_t output = output_elements(spec, rank, ranks) * size;
    // In place, the input may be a part of the output, and the rest of it is what has to be
    // written.
    if (spec.in_place) {
        buffers.input->fill_poison(0, std::max(input, output));
    } else {
        buffers.output->fill_poison(0, output);
    }
    const operation_spec one = one_stream_of(spec);
    const std::uint64_t each = input_elements(one, rank, ranks) * size;
    const std::uint64_t inside = spec.in_place ? in_place_input_offset(spec, rank) : 0;
    for (int stream = 0; stream < std::max(1, spec.manner.streams); ++stream) {
        const std::uint64_t at = (input_start(spec, stream, rank, ranks) + inside) * size;
        buffers.input->fill_pattern(pattern_of(one, ranks, seed_of(seed, stream)), rank, 0, at,
                                    each);
    }
}

void fill_own_buffers(const world& group, const operation_spec& spec, std::uint64_t seed,
                      point_buffers buffers) {
    const int gpus = spec.manner.gpus_per_rank;
    for (int gpu = 0; gpu < gpus; ++gpu) {
        fill_buffers(spec, group.rank() * gpus + gpu, group.size() * gpus, seed,
                     part_of(buffers, gpu));
    }
}

verification_result verify_outputs(world& group, const operation_spec& spec, std::uint64_t seed,
                                   point_buffers buffers) {
    const finding mine = check_own(group, spec, seed, buffers);
    std::vector<finding> all(group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    verification_result result;
    const finding* first = nullptr;
    for (const finding& each : all) {
        if (each.wrong != 0 && first == nullptr) first = &each;
        result.wrong_elements += each.wrong;
    }
    if (first != nullptr) {
        const int gpus = spec.manner.gpus_per_rank;
        const std::string whose = gpus == 1 ? std::string()
                                            : fmt::format(" (GPU {} of process {})",
                                                          first->rank % gpus, first->rank / gpus);
        result.message = fmt::format(
            "wrong data: rank {}{}, first wrong element {}: expected {}, got {}; {} wrong in all",
            first->rank, whose, first->element, first->expected, first->got,
            result.wrong_elements == 1 ? "1 element is"
                                       : fmt::format("{} elements are", result.wrong_elements));
    }
    return result;
}

verification_result verify_barrier(world& group, operation& what) {
    struct passage {
        std::uint64_t entered;
        std::uint64_t left;
        double error;  ///< of both, in the same ticks
    };
    const clock_relation clock = group.relate_clock();
    constexpr std::uint64_t stagger_ticks = 100'000;  // tens of microseconds between entries
    group.barrier();
    const std::uint64_t turn = clock_now() + stagger_ticks * static_cast<unsigned>(group.rank());
    while (clock_now() < turn) {
    }
    passage mine{};
    const std::uint64_t entered = clock_now();
    what.execute();
    const std::uint64_t left = clock_now();
    mine.entered = clock.to_job(entered);
    mine.left = clock.to_job(left);
    mine.error = clock.error_at(left);

    const bool root = group.rank() == 0;
    std::vector<passage> all(root ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    verification_result result;
    if (!root) return result;
    const auto last = std::ranges::max_element(all, {}, &passage::entered);
    const auto first = std::ranges::min_element(all, {}, &passage::left);
    const auto between =
        static_cast<double>(static_cast<std::int64_t>(last->entered - first->left));
    if (between > first->error + last->error) {
        result.wrong_elements = 1;
        result.message =
            fmt::format("the barrier let rank {} go {} ticks before rank {} had entered",
                        first - all.begin(), last->entered - first->left, last - all.begin());
    }
    return result;
}

}  // namespace railgauge
