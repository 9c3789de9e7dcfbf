#include "harness/backends/shm/execute.hpp"

#include <cstring>
#include <span>

#include "harness/base/cpu.hpp"
#include "kernels/reduce.hpp"

namespace railgauge::shm {

namespace {

std::uint64_t piece_bytes(const program& made, const piece& p) {
    return p.elements * size_of(made.type);
}

void gather_pieces(const program& made, range which, std::byte* payload) {
    for (std::uint32_t i = 0; i < which.count; ++i) {
        const piece& p = made.pieces[which.first + i];
        const std::uint64_t bytes = piece_bytes(made, p);
        std::memcpy(payload, p.address, bytes);
        payload += bytes;
    }
}

void deal_pieces(const program& made, range which, const std::byte* payload) {
    for (std::uint32_t i = 0; i < which.count; ++i) {
        const piece& p = made.pieces[which.first + i];
        const std::uint64_t bytes = piece_bytes(made, p);
        if (p.what == action::copy) {
            std::memcpy(p.address, payload, bytes);
        } else {
            reduce_into(made.type, made.op, p.address, payload, p.elements);
        }
        payload += bytes;
    }
}

void combine_two(const program& made, const instruction& step, const std::byte* payload) {
    std::byte* const targets[] = {step.target};
    const std::byte* const sources[] = {step.source, payload};
    reduce_many(made.type, made.op, targets, sources, step.amount);
}

void exchange(const program& made, const instruction& step, combine_function combine) {
    step.to->send(step.source, step.amount * size_of(made.type));
    const std::byte* payload = step.to->receive();
    if (combine != nullptr) {
        combine(step.target, step.source, payload, step.amount);
    } else {
        combine_two(made, step, payload);
    }
}

void exchange_cell(const program& made, const instruction& step) {
    std::memcpy(step.to->begin_cell(), step.source, step.amount * size_of(made.type));
    step.to->end_cell();
    static_cast<void>(step.to->receive());
    combine_two(made, step, step.to->received_cell());
}

void copy(const instruction& step) {
    copy_bytes(step.target, step.source, step.amount, step.streaming);
    if (step.streaming) {
        // A message that follows must not overtake the stores around the caches.
        streaming_store_fence();
    }
}

void reduce_from_many(const program& made, const instruction& step) {
    reduce_many(made.type, made.op,
                std::span(made.targets).subspan(step.targets.first, step.targets.count),
                std::span(made.sources).subspan(step.sources.first, step.sources.count),
                step.amount, step.streaming);
    if (step.streaming) {
        streaming_store_fence();
    }
}

void send(const program& made, const instruction& step) {
    switch (step.code) {
        case opcode::send: step.to->send(); break;
        case opcode::send_inline: step.to->send(step.source, step.amount); break;
        case opcode::send_pieces:
            gather_pieces(made, step.pieces, step.to->begin_send());
            step.to->end_send();
            break;
        default:
            gather_pieces(made, step.pieces, step.to->begin_cell());
            step.to->end_cell();
            break;
    }
}

void receive(const program& made, const instruction& step) {
    const std::byte* payload = step.to->receive();
    switch (step.code) {
        case opcode::receive: break;
        case opcode::receive_copy: std::memcpy(step.target, payload, step.amount); break;
        case opcode::receive_reduce:
            reduce_into(made.type, made.op, step.target, payload, step.amount);
            break;
        case opcode::receive_pieces: deal_pieces(made, step.pieces, payload); break;
        default: deal_pieces(made, step.pieces, step.to->received_cell()); break;
    }
}

void run(const program& made, const instruction& step, combine_function combine) {
    switch (step.code) {
        case opcode::copy: copy(step); break;
        case opcode::reduce:
            reduce_into(made.type, made.op, step.target, step.source, step.amount);
            break;
        case opcode::reduce_many: reduce_from_many(made, step); break;
        case opcode::send:
        case opcode::send_inline:
        case opcode::send_pieces:
        case opcode::send_cell: send(made, step); break;
        case opcode::receive:
        case opcode::receive_copy:
        case opcode::receive_reduce:
        case opcode::receive_pieces:
        case opcode::receive_cell: receive(made, step); break;
        case opcode::exchange: exchange(made, step, combine); break;
        case opcode::exchange_cell: exchange_cell(made, step); break;
    }
}

}  // namespace

void execute(const program& made, combine_function combine) {
    for (const instruction& step : made.instructions) {
        run(made, step, combine);
    }
    for (link* to : made.published) {
        to->publish();
    }
    for (const awaited& peer : made.awaits) {
        peer.to->await_acknowledged(peer.to->sent() - peer.from_last);
    }
    if (made.average_elements > 0) {
        finish_average(made.type, made.average, made.average_elements, made.ranks);
    }
}

}  // namespace railgauge::shm
