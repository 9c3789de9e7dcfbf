// One operation of a backend against kernels/pattern: after each execution the output is verified
// and the input overwritten at once, so that a stale read and a missing wait show.
#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <thread>

#include "harness/backends/backend.hpp"
#include "harness/launch/world.hpp"
#include "kernels/pattern.hpp"

namespace railgauge::testing {

inline std::string text_of(const operation_spec& spec, int ranks) {
    return std::string(name_of(spec.kind)) + " " + spec.algorithm + " " +
           std::string(name_of(spec.type)) + " " + std::string(name_of(spec.op)) + " count " +
           std::to_string(spec.count) + " ranks " + std::to_string(ranks) + " root " +
           std::to_string(spec.root) + (spec.in_place ? " in place" : "") + " window " +
           std::to_string(spec.window);
}

/// One operation on its own buffers, filled, executed and verified.
class checked_operation {
public:
    checked_operation(communicator& group, const operation_spec& spec, int rank, int ranks)
        : spec_(spec),
          rank_(rank),
          ranks_(ranks),
          element_(size_of(spec.type)),
          inputs_(input_elements(spec, rank, ranks)),
          outputs_(output_elements(spec, rank, ranks)) {
        const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
        const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
        const std::uint64_t whole = std::max(into + inputs_, out_of + outputs_);
        in_memory_ = group.allocate((spec.in_place ? whole : inputs_) * element_);
        if (!spec.in_place) {
            out_memory_ = group.allocate(outputs_ * element_);
        }
        memory& out = spec.in_place ? *in_memory_ : *out_memory_;
        input_ = {in_memory_->data() + into * element_, inputs_ * element_};
        output_ = {out.data() + out_of * element_, outputs_ * element_};
        operation_ = group.prepare(spec, *in_memory_, out);
    }

    /// Fills, executes, verifies, spoils. Returns "" or what is wrong.
    std::string run(std::uint64_t seed) {
        pattern_ = {.type = spec_.type,
                    .reducing = is_reducing(spec_.kind),
                    .op = spec_.op,
                    .ranks = ranks_,
                    .seed = seed};
        fill_poison(output_);
        fill_pattern(pattern_, rank_, 0, input_);
        operation_->execute();
        if (!spec_.in_place) {
            fill_poison(input_);  // allowed from now on
        }
        const auto wrong = verify();
        if (spec_.in_place) {
            fill_poison(input_);
        }
        if (!wrong) {
            return "";
        }
        return "element " + std::to_string(wrong->element) + " expected " + wrong->expected +
               " got " + wrong->got + " (" + std::to_string(wrong->wrong) + " wrong)";
    }

private:
    std::optional<mismatch> verify() const {
        switch (spec_.kind) {
            case operation_kind::all_reduce:
            case operation_kind::reduce: return verify_expected(pattern_, 0, output_);
            case operation_kind::reduce_scatter:
                return verify_expected(pattern_, static_cast<std::uint64_t>(rank_) * spec_.count,
                                       output_);
            case operation_kind::broadcast: return from(spec_.root, 0, output_);
            case operation_kind::scatter:
                return from(spec_.root, static_cast<std::uint64_t>(rank_) * spec_.count, output_);
            case operation_kind::send_recv: return from((rank_ + ranks_ - 1) % ranks_, 0, output_);
            case operation_kind::ping_pong:
            case operation_kind::bidirectional:
            case operation_kind::send:
            case operation_kind::put:
            case operation_kind::get: return from(rank_ ^ 1, 0, output_);
            default: return verify_blocks();
        }
    }

    std::optional<mismatch> verify_blocks() const {
        if (outputs_ == 0) {
            return std::nullopt;
        }
        const bool to_all =
            spec_.kind == operation_kind::all_to_all || spec_.kind == operation_kind::all_to_all_v;
        for (int source = 0; source < ranks_; ++source) {
            const std::uint64_t at = to_all ? receive_offset(spec_, source, rank_, ranks_)
                                            : static_cast<std::uint64_t>(source) * spec_.count;
            const std::uint64_t count = block_elements(spec_, source, rank_, ranks_);
            const std::uint64_t first = to_all ? send_offset(spec_, source, rank_, ranks_) : 0;
            if (auto wrong =
                    from(source, first, output_.subspan(at * element_, count * element_))) {
                return wrong;
            }
        }
        return std::nullopt;
    }

    std::optional<mismatch> from(int source, std::uint64_t first,
                                 std::span<const std::byte> got) const {
        if (got.empty()) {
            return std::nullopt;
        }
        return verify_pattern(pattern_, source, first, got);
    }

    operation_spec spec_;
    int rank_;
    int ranks_;
    std::size_t element_;
    std::uint64_t inputs_;
    std::uint64_t outputs_;
    std::unique_ptr<memory> in_memory_;
    std::unique_ptr<memory> out_memory_;
    std::span<std::byte> input_;
    std::span<std::byte> output_;
    std::unique_ptr<operation> operation_;
    data_pattern pattern_;
};

struct walk_state {
    communicator& group;
    int rank;
    int ranks;
    std::minstd_rand delays;
    int wrong = 0;
    int checked = 0;
};

inline bool same_for_all(const communicator& group, const operation_spec& spec) {
    return group.supports(spec).supported;
}

inline void check_one(walk_state& state, const operation_spec& spec, int executions = 4) {
    if (!same_for_all(state.group, spec)) {
        return;
    }
    checked_operation tested(state.group, spec, state.rank, state.ranks);
    for (int i = 0; i < executions; ++i) {
        if (state.delays() % 4 == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(state.delays() % 60));
        }
        const std::string wrong = tested.run(static_cast<std::uint64_t>(i) + 1);
        ++state.checked;
        if (!wrong.empty()) {
            ++state.wrong;
            std::fprintf(stderr, "rank %d: %s, execution %d: %s\n", state.rank,
                         text_of(spec, state.ranks).c_str(), i, wrong.c_str());
        }
    }
}

/// Every algorithm of an operation, with blocks of no, one, few and many elements.
inline void check_algorithms(walk_state& state, operation_kind kind, int executions) {
    for (const std::string& name : state.group.algorithms(kind)) {
        for (const std::uint64_t count : {0, 1, 37, 5000}) {
            for (const bool in_place : {false, true}) {
                check_one(state,
                          {.kind = kind,
                           .count = count,
                           .root = is_rooted(kind) ? state.ranks / 2 : 0,
                           .in_place = in_place,
                           .algorithm = name},
                          executions);
            }
        }
    }
}

/// Runs `visit` with a communicator of `transport`; whether all that was checked was right.
template <typename Visit>
bool with_communicator(backend& transport, world& group, Visit&& visit) {
    const auto communicator = transport.make_communicator(group);
    walk_state state{*communicator, group.rank(), group.size(),
                     std::minstd_rand(static_cast<unsigned>(group.rank()) + 1)};
    visit(state);
    group.barrier();
    return state.wrong == 0 && state.checked > 0;
}

}  // namespace railgauge::testing
