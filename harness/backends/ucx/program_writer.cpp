#include "harness/backends/ucx/program_writer.hpp"

#include <algorithm>
#include <utility>

#include "harness/base/error.hpp"

namespace railgauge::ucx {
namespace {

/// A local copy is cut, so that messages make progress in between.
constexpr std::uint64_t copy_piece_bytes = 256 * 1024;

bool overlap(const std::byte* a, std::uint64_t a_bytes, const std::byte* b, std::uint64_t b_bytes) {
    return a < b + b_bytes && b < a + a_bytes;
}

/// Whether no steps wait for each other: an execution would end without them.
bool all_can_start(const program& made) {
    std::vector<std::uint32_t> waiting = made.prerequisites;
    std::vector<std::uint32_t> started = made.first;
    started.insert(started.end(), made.first_computed.begin(), made.first_computed.end());
    for (std::size_t i = 0; i < started.size(); ++i) {
        const step& one = made.steps[started[i]];
        for (std::uint32_t k = 0; k < one.successor_count; ++k) {
            const std::uint32_t next = made.successors[one.first_successor + k] & ~successor_flags;
            if (--waiting[next] == 0) {
                started.push_back(next);
            }
        }
    }
    return started.size() == made.steps.size();
}

}  // namespace

program_writer::program_writer(dtype type, redop op, std::span<std::byte> bounce,
                               std::size_t slot_bytes)
    : element_bytes_(size_of(type)), bounce_(bounce), slot_bytes_(slot_bytes) {
    made_.type = type;
    made_.op = op;
}

std::uint32_t program_writer::add(const step& what) {
    const auto index = static_cast<std::uint32_t>(made_.steps.size());
    made_.steps.push_back(what);
    auto& waits = waits_for_.emplace_back();
    if (what.code != opcode::receive) {
        for (std::uint32_t before = fence_begin_; before < fence_end_; ++before) {
            waits.push_back(before);
        }
    }
    return index;
}

void program_writer::reads(std::uint32_t index, const std::byte* begin, std::uint64_t bytes) {
    accesses_.read(index, begin, bytes, waits_for_[index]);
}

void program_writer::writes(std::uint32_t index, const std::byte* begin, std::uint64_t bytes) {
    accesses_.write(index, begin, bytes, waits_for_[index]);
}

std::uint32_t program_writer::send(ucp_ep_h peer, ucp_tag_t tag, const std::byte* source,
                                   std::uint64_t bytes) {
    source = original_of(source, bytes);
    const std::uint32_t index =
        add({.code = opcode::send, .amount = bytes, .source = source, .peer = peer, .tag = tag});
    reads(index, source, bytes);
    return index;
}

std::uint32_t program_writer::receive(ucp_tag_t tag, std::byte* target, std::uint64_t bytes) {
    about_to_write(target, bytes);
    const std::uint32_t index =
        add({.code = opcode::receive, .amount = bytes, .target = target, .tag = tag});
    writes(index, target, bytes);
    return index;
}

std::uint32_t program_writer::receive_reduce(ucp_tag_t tag, std::byte* target,
                                             std::uint64_t elements) {
    const std::uint64_t bytes = elements * element_bytes_;
    const std::byte* const original = original_of(target, bytes);
    if (original != target) {
        // What the reduction starts from lies elsewhere, so the message may arrive in its place.
        const std::uint32_t index = receive(tag, target, bytes);
        add_reduce(target, original, target, elements);
        return index;
    }
    const std::size_t slots = bounce_.size() / slot_bytes_;
    std::byte* const slot = bounce_.data() + next_slot_++ % slots * slot_bytes_;
    const std::uint32_t index = receive(tag, slot, bytes);
    about_to_write(target, bytes);
    add_reduce(target, target, slot, elements);
    return index;
}

void program_writer::copy(std::byte* target, const std::byte* source, std::uint64_t bytes) {
    if (target == source || bytes == 0) {
        return;
    }
    source = original_of(source, bytes);
    about_to_write(target, bytes);
    put_off_.push_back({target, source, bytes});
}

void program_writer::reduce(std::byte* target, const std::byte* source, std::uint64_t elements) {
    const std::uint64_t bytes = elements * element_bytes_;
    source = original_of(source, bytes);
    const std::byte* const original = original_of(target, bytes);
    about_to_write(target, bytes);
    add_reduce(target, original, const_cast<std::byte*>(source), elements);
}

void program_writer::add_reduce(std::byte* target, const std::byte* source, std::byte* operand,
                                std::uint64_t elements) {
    const std::uint64_t bytes = elements * element_bytes_;
    const std::uint32_t index = add({.code = opcode::reduce,
                                     .amount = elements,
                                     .target = target,
                                     .source = source,
                                     .other = operand});
    reads(index, source, bytes);
    reads(index, operand, bytes);
    writes(index, target, bytes);
}

std::uint32_t program_writer::put(ucp_ep_h peer, const std::byte* source, std::uint64_t bytes,
                                  std::byte* remote, ucp_rkey_h key) {
    source = original_of(source, bytes);
    const std::uint32_t index = add({.code = opcode::put,
                                     .amount = bytes,
                                     .target = remote,
                                     .source = source,
                                     .peer = peer,
                                     .other = key});
    reads(index, source, bytes);
    return index;
}

void program_writer::get(ucp_ep_h peer, std::byte* target, std::uint64_t bytes,
                         const std::byte* remote, ucp_rkey_h key) {
    writes(add({.code = opcode::get,
                .amount = bytes,
                .target = target,
                .source = remote,
                .peer = peer,
                .other = key}),
           target, bytes);
}

void program_writer::flush(ucp_ep_h peer) {
    add({.code = opcode::flush, .peer = peer});
}

void program_writer::order() {
    const auto now = static_cast<std::uint32_t>(made_.steps.size());
    if (now > fence_end_) {
        fence_begin_ = fence_end_;
        fence_end_ = now;
    }
}

std::uint32_t program_writer::signal(ucp_ep_h peer, std::byte* remote, ucp_rkey_h key,
                                     std::byte* begin, std::uint64_t bytes) {
    about_to_write(begin, bytes);
    const std::uint32_t index =
        add({.code = opcode::signal, .target = remote, .peer = peer, .other = key});
    writes(index, begin, bytes);
    return index;
}

std::uint32_t program_writer::await(const std::byte* word, std::uint64_t behind, std::byte* begin,
                                    std::uint64_t bytes) {
    const std::uint32_t index = add({.code = opcode::await, .amount = behind, .source = word});
    writes(index, begin, bytes);
    return index;
}

const std::byte* program_writer::original_of(const std::byte* begin, std::uint64_t bytes) {
    for (std::size_t i = 0; i < put_off_.size();) {
        const put_off one = put_off_[i];
        if (!overlap(one.target, one.bytes, begin, bytes)) {
            ++i;
        } else if (one.target <= begin && begin + bytes <= one.target + one.bytes) {
            return one.source + (begin - one.target);
        } else {
            put_off_.erase(put_off_.begin() + static_cast<std::ptrdiff_t>(i));
            copy_now(one);
        }
    }
    return begin;
}

void program_writer::about_to_write(const std::byte* begin, std::uint64_t bytes) {
    std::vector<put_off> kept;
    for (const put_off& one : std::exchange(put_off_, {})) {
        if (overlap(one.source, one.bytes, begin, bytes)) {
            copy_now(one);
            continue;
        }
        if (!overlap(one.target, one.bytes, begin, bytes)) {
            kept.push_back(one);
            continue;
        }
        if (one.target < begin) {
            kept.push_back(
                {one.target, one.source, static_cast<std::uint64_t>(begin - one.target)});
        }
        const std::byte* const end = begin + bytes;
        if (end < one.target + one.bytes) {
            const std::ptrdiff_t from = end - one.target;
            kept.push_back({one.target + from, one.source + from,
                            one.bytes - static_cast<std::uint64_t>(from)});
        }
    }
    put_off_.insert(put_off_.begin(), kept.begin(), kept.end());
}

void program_writer::copy_now(const put_off& what) {
    for (std::uint64_t at = 0; at < what.bytes; at += copy_piece_bytes) {
        const std::uint64_t bytes = std::min(copy_piece_bytes, what.bytes - at);
        const std::uint32_t index = add({.code = opcode::copy,
                                         .amount = bytes,
                                         .target = what.target + at,
                                         .source = what.source + at});
        reads(index, what.source + at, bytes);
        writes(index, what.target + at, bytes);
    }
}

program program_writer::finish() {
    for (const put_off& one : std::exchange(put_off_, {})) {
        copy_now(one);
    }
    const std::size_t count = made_.steps.size();
    made_.prerequisites.resize(count);
    std::vector<std::vector<std::uint32_t>> followers(count);
    for (std::uint32_t index = 0; index < count; ++index) {
        auto& waits = waits_for_[index];
        std::ranges::sort(waits);
        waits.erase(std::unique(waits.begin(), waits.end()), waits.end());
        std::erase(waits, index);  // a step that reads and writes the same bytes
        made_.prerequisites[index] = static_cast<std::uint32_t>(waits.size());
        for (const std::uint32_t before : waits) {
            followers[before].push_back(
                index | (computes(made_.steps[index].code) ? computing_successor : 0) |
                (waits.size() == 1 ? only_successor : 0));
        }
        if (waits.empty()) {
            (computes(made_.steps[index].code) ? made_.first_computed : made_.first)
                .push_back(index);
        }
    }
    for (std::uint32_t index = 0; index < count; ++index) {
        step& one = made_.steps[index];
        one.first_successor = static_cast<std::uint32_t>(made_.successors.size());
        one.successor_count = static_cast<std::uint32_t>(followers[index].size());
        made_.successors.insert(made_.successors.end(), followers[index].begin(),
                                followers[index].end());
    }
    if (!all_can_start(made_)) {
        throw error(exit_status::unfinished,
                    "ucx: steps of this operation wait for each other, which is railgauge's own "
                    "fault; please report it with the command, and take another --algorithm");
    }
    // The peer waits for what is sent, and nothing that comes is looked at before UCX is asked, so
    // that receives are in time after the sends.
    std::stable_partition(made_.first.begin(), made_.first.end(), [this](std::uint32_t index) {
        return made_.steps[index].code == opcode::send;
    });
    return std::move(made_);
}

}  // namespace railgauge::ucx
