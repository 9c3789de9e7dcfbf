#include "harness/schedule/symbolic_memory.hpp"

#include <algorithm>

namespace railgauge {
namespace {

// Rendered only when something is wrong with it.
std::string operator+(const std::string& text, const block_id& block) {
    const char* names[] = {"input", "output", "scratch"};
    return text + names[static_cast<int>(block.where)] + " block " + std::to_string(block.block) +
           " of rank " + std::to_string(block.rank);
}

std::string position_of(const actor& by) {
    return "rank " + std::to_string(by.rank) + ", round " + std::to_string(by.round) +
           " (iteration " + std::to_string(by.iteration) + "): ";
}

bool cuts_one_message(operation_kind kind) {
    switch (kind) {
        case operation_kind::all_reduce:
        case operation_kind::broadcast:
        case operation_kind::reduce:
        case operation_kind::send_recv:
        case operation_kind::ping_pong:
        case operation_kind::bidirectional:
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get: return true;
        default: return false;
    }
}

// Blocks of different sizes cannot go from scratch to scratch: nobody knows their sizes there.
bool has_uneven_blocks(const schedule& plan) {
    return plan.kind == operation_kind::all_to_all_v ||
           (cuts_one_message(plan.kind) && plan.input_blocks > 1);
}

void check_shape(const schedule& plan) {
    const auto expect = [&plan](std::int64_t inputs, std::int64_t outputs) {
        if (plan.input_blocks == inputs && plan.output_blocks == outputs) return;
        throw proof_fault(std::string(name_of(plan.kind)) + " has " + std::to_string(inputs) +
                          " input and " + std::to_string(outputs) + " output blocks, not " +
                          std::to_string(plan.input_blocks) + " and " +
                          std::to_string(plan.output_blocks));
    };
    switch (plan.kind) {
        case operation_kind::all_gather:
        case operation_kind::gather: expect(1, plan.ranks); break;
        case operation_kind::reduce_scatter:
        case operation_kind::scatter: expect(plan.ranks, 1); break;
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v: expect(plan.ranks, plan.ranks); break;
        case operation_kind::barrier: expect(0, 0); break;
        default: expect(std::max<std::int64_t>(1, plan.input_blocks), plan.input_blocks);
    }
}

}  // namespace

std::string describe(const symbolic_value& value) {
    if (value.origin == symbolic_value::nothing) return "nothing";
    std::string text = "input block " + std::to_string(value.origin) + " of ranks";
    for (std::size_t rank = 0; rank < 64 * value.from.size(); ++rank) {
        if ((value.from[rank / 64] >> (rank % 64)) & 1) text += " " + std::to_string(rank);
    }
    return text;
}

bool rank_has(const schedule& plan, std::int64_t rank, space where) {
    if (where == space::scratch) return true;
    const bool at_root = rank == plan.root;
    const bool is_input = where == space::input;
    switch (plan.kind) {
        case operation_kind::broadcast:
        case operation_kind::scatter: return at_root || !is_input;
        case operation_kind::reduce:
        case operation_kind::gather: return at_root || is_input;
        case operation_kind::ping_pong:
        case operation_kind::bidirectional: return (rank ^ 1) < plan.ranks;
        case operation_kind::send:
        case operation_kind::put: return (rank ^ 1) < plan.ranks && is_input == (rank % 2 == 0);
        case operation_kind::get: return (rank ^ 1) < plan.ranks && is_input == (rank % 2 == 1);
        default: return true;
    }
}

symbolic_memory::symbolic_memory(const schedule& plan)
    : plan_(plan), cells_of_rank_(plan.input_blocks + plan.output_blocks + plan.scratch_blocks) {
    check_shape(plan);
    cells_.resize(static_cast<std::size_t>(plan.ranks * cells_of_rank_));
    for (std::int64_t rank = 0; rank < plan.ranks; ++rank) fill(rank);
}

// Every block counts as written by its own rank when that enters the operation, so that no other
// may touch it before it has heard of that.
void symbolic_memory::fill(std::int64_t rank) {
    const std::size_t words = static_cast<std::size_t>(plan_.ranks + 63) / 64;
    const auto prepare = [&](space where, std::int64_t blocks) {
        for (std::int64_t block = 0; block < blocks; ++block) {
            cell& one = cells_[index_of(rank, where, block)];
            one.exists = one.exists || rank_has(plan_, rank, where);
            one.writable = one.writable || where != space::input;
            one.last_write = {.rank = rank, .time = 1};
            if (where != space::input || !one.exists) continue;
            one.value.origin = block;
            one.value.from.assign(words, 0);
            one.value.from[static_cast<std::size_t>(rank) / 64] = std::uint64_t{1} << (rank % 64);
        }
    };
    prepare(space::input, plan_.input_blocks);
    prepare(space::output, plan_.output_blocks);
    prepare(space::scratch, plan_.scratch_blocks);
}

// In place, an output block that is an input block stands for both.
std::size_t symbolic_memory::index_of(std::int64_t rank, space where, std::int64_t block) const {
    const bool shared = plan_.in_place && rank_has(plan_, rank, space::input) &&
                        rank_has(plan_, rank, space::output);
    std::int64_t index = rank * cells_of_rank_;
    switch (where) {
        case space::scratch: index += plan_.input_blocks + plan_.output_blocks + block; break;
        case space::output: index += plan_.input_blocks + block; break;
        case space::input:
            index += block;
            if (!shared) break;
            if (plan_.input_blocks == plan_.output_blocks) {
                index += plan_.input_blocks;
            } else if (plan_.input_blocks == 1) {
                index += 1 + rank;
            } else if (block == rank) {  // the share of reduce_scatter and scatter
                index = rank * cells_of_rank_ + plan_.input_blocks;
            }
            break;
    }
    return static_cast<std::size_t>(index);
}

symbolic_memory::cell& symbolic_memory::touch(const block_id& name, const actor& by) {
    const std::int64_t blocks[] = {plan_.input_blocks, plan_.output_blocks, plan_.scratch_blocks};
    const bool inside = name.block >= 0 && name.block < blocks[static_cast<int>(name.where)];
    if (inside) {
        cell& one = cells_[index_of(name.rank, name.where, name.block)];
        if (one.exists) return one;
    }
    throw proof_fault(position_of(by) + name + " does not exist");
}

void symbolic_memory::note_read(cell& one, const block_id& name, const actor& by) {
    const access& write = one.last_write;
    if ((*by.clock)[static_cast<std::size_t>(write.rank)] < write.time) {
        throw proof_fault(
            position_of(by) + name + " is read while rank " + std::to_string(write.rank) +
            (write.round < 0 ? " may not have entered the operation"
                             : " may still write it in round " + std::to_string(write.round)));
    }
    if (one.written_by_message == by.message_id) {
        throw proof_fault(position_of(by) + name + " is read and written by one message");
    }
    one.read_by_message = by.message_id;
    const access read{by.rank, (*by.clock)[static_cast<std::size_t>(by.rank)], by.round};
    for (access& earlier : one.reads) {
        if (earlier.rank == by.rank) {
            earlier = read;
            return;
        }
    }
    one.reads.push_back(read);
}

void symbolic_memory::note_write(cell& one, const block_id& name, const actor& by) {
    const vector_clock& known = *by.clock;
    if (!one.writable) throw proof_fault(position_of(by) + name + " is an input and is written");
    if (one.read_by_message == by.message_id || one.written_by_message == by.message_id) {
        throw proof_fault(position_of(by) + name + " is touched twice by one message");
    }
    const access& write = one.last_write;
    if (known[static_cast<std::size_t>(write.rank)] < write.time) {
        throw proof_fault(
            position_of(by) + name + " is written while rank " + std::to_string(write.rank) +
            (write.round < 0 ? " may not have entered the operation"
                             : " may still write it in round " + std::to_string(write.round)));
    }
    for (const access& read : one.reads) {
        if (known[static_cast<std::size_t>(read.rank)] < read.time) {
            throw proof_fault(position_of(by) + name + " is overwritten while rank " +
                              std::to_string(read.rank) + " may still read it in round " +
                              std::to_string(read.round));
        }
    }
    one.written_by_message = by.message_id;
    one.last_write = {by.rank, known[static_cast<std::size_t>(by.rank)], by.round};
    one.reads.clear();
}

void symbolic_memory::apply(const block_move& one, std::int64_t sender, std::int64_t receiver,
                            const actor& by) {
    const block_id from{sender, one.source_space, one.source_block};
    const block_id to{receiver, one.target_space, one.target_block};
    cell& source = touch(from, by);
    cell& target = touch(to, by);
    if (one.source_space == space::scratch && one.target_space == space::scratch &&
        has_uneven_blocks(plan_) && one.number < 0) {
        throw proof_fault(position_of(by) + from + " goes to " + to +
                          ", but blocks of different sizes cannot go from scratch to scratch");
    }
    note_read(source, from, by);
    note_write(target, to, by);
    if (source.value.origin == symbolic_value::nothing) {
        throw proof_fault(position_of(by) + from + " is used, but holds nothing");
    }
    if (one.number >= 0 && one.number != source.value.origin) {
        throw proof_fault(position_of(by) + from + " (" + describe(source.value) +
                          ") is moved as block " + std::to_string(one.number));
    }
    if (one.what == action::copy) {
        target.value = source.value;
        return;
    }
    if (target.value.origin != source.value.origin) {
        throw proof_fault(position_of(by) + from + " (" + describe(source.value) +
                          ") is reduced into " + to + " (" + describe(target.value) + ")");
    }
    for (std::size_t word = 0; word < target.value.from.size(); ++word) {
        if ((target.value.from[word] & source.value.from[word]) != 0) {
            throw proof_fault(position_of(by) + from + " (" + describe(source.value) +
                              ") is reduced into " + to + ", which already holds some of it (" +
                              describe(target.value) + ")");
        }
        target.value.from[word] |= source.value.from[word];
    }
}

const symbolic_value* symbolic_memory::value_of(std::int64_t rank, space where,
                                                std::int64_t block) const {
    if (!rank_has(plan_, rank, where)) return nullptr;
    return &cells_[index_of(rank, where, block)].value;
}

}  // namespace railgauge
