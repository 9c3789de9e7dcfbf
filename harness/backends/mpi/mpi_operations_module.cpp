// mpi_operations.hpp on the MPI library that this module was compiled with. An operation's execute
// is one virtual call around the MPI call, whose arguments were worked out in prepare.

#include "harness/backends/mpi/mpi_operations.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/mpi/mpi_calls.hpp"
#include "harness/backends/mpi/mpi_supports.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
namespace {

template <typename Call>
class mpi_operation final : public operation {
public:
    mpi_operation(const char* name, Call call) : call_(std::move(call)), name_(name) {}

    void execute() override { check_mpi(name_, call_()); }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "library"; }

private:
    Call call_;
    const char* name_;
};

template <typename Call>
std::unique_ptr<operation> make(const char* name, Call call) {
    return std::make_unique<mpi_operation<Call>>(name, std::move(call));
}

/// Everything that the calls need, in MPI's terms.
struct call_arguments {
    const operation_spec& spec;
    std::byte* input;
    std::byte* output;
    MPI_Comm comm;
    int rank;
    int size;
};

template <typename Calls>
std::unique_ptr<operation> prepare_reducing(const call_arguments& a) {
    const auto count = static_cast<typename Calls::count_type>(a.spec.count);
    const auto type = mpi_type_of(a.spec.type);
    const auto op = mpi_op_of(a.spec.op);
    const auto comm = a.comm;
    const int root = a.spec.root;
    std::byte* const output = a.output;
    const bool at_root = a.rank == root;
    const void* input = a.spec.in_place ? MPI_IN_PLACE : a.input;
    switch (a.spec.kind) {
        case operation_kind::all_reduce:
            return make("MPI_Allreduce",
                        [=] { return Calls::all_reduce(input, output, count, type, op, comm); });
        case operation_kind::reduce_scatter:
            return make("MPI_Reduce_scatter_block", [=] {
                return Calls::reduce_scatter(input, output, count, type, op, comm);
            });
        default:
            // Only the root reduces in place; the others send what they have.
            if (!at_root) input = a.input;
            return make("MPI_Reduce",
                        [=] { return Calls::reduce(input, output, count, type, op, root, comm); });
    }
}

template <typename Calls>
std::unique_ptr<operation> prepare_rooted(const call_arguments& a) {
    const auto count = static_cast<typename Calls::count_type>(a.spec.count);
    const auto type = mpi_type_of(a.spec.type);
    const auto comm = a.comm;
    const int root = a.spec.root;
    const bool in_place_here = a.spec.in_place && a.rank == root;
    if (a.spec.kind == operation_kind::broadcast) {
        // MPI has one buffer: the root's input, the others' output. Out of place, the root's
        // output is not written.
        std::byte* const buffer = a.rank == root ? a.input : a.output;
        return make("MPI_Bcast", [=] { return Calls::broadcast(buffer, count, type, root, comm); });
    }
    if (a.spec.kind == operation_kind::gather) {
        const void* const input = in_place_here ? MPI_IN_PLACE : a.input;
        std::byte* const output = a.output;
        return make("MPI_Gather", [=] {
            return Calls::gather(input, count, type, output, count, type, root, comm);
        });
    }
    const std::byte* const input = a.input;
    void* const output = in_place_here ? MPI_IN_PLACE : a.output;
    return make("MPI_Scatter", [=] {
        return Calls::scatter(input, count, type, output, count, type, root, comm);
    });
}

template <typename Calls>
std::unique_ptr<operation> prepare_exchange_v(const call_arguments& a) {
    std::vector<typename Calls::count_type> counts;
    std::vector<typename Calls::offset_type> offsets;
    // The matrix of counts is symmetric (operation_spec.hpp), so what a rank sends to a peer and
    // receives from it have the same size and place.
    for (int peer = 0; peer < a.size; ++peer) {
        counts.push_back(
            static_cast<typename Calls::count_type>(block_elements(a.spec, a.rank, peer, a.size)));
        offsets.push_back(
            static_cast<typename Calls::offset_type>(send_offset(a.spec, a.rank, peer, a.size)));
    }
    const auto type = mpi_type_of(a.spec.type);
    const auto comm = a.comm;
    const void* const input = a.spec.in_place ? MPI_IN_PLACE : a.input;
    std::byte* const output = a.output;
    return make("MPI_Alltoallv", [=, counts = std::move(counts), offsets = std::move(offsets)] {
        return Calls::all_to_all_v(input, counts.data(), offsets.data(), type, output,
                                   counts.data(), offsets.data(), type, comm);
    });
}

template <typename Calls>
std::unique_ptr<operation> prepare_all_to_all(const call_arguments& a) {
    const auto count = static_cast<typename Calls::count_type>(a.spec.count);
    const auto type = mpi_type_of(a.spec.type);
    const auto comm = a.comm;
    const void* const input = a.spec.in_place ? MPI_IN_PLACE : a.input;
    std::byte* const output = a.output;
    if (a.spec.kind == operation_kind::all_gather) {
        return make("MPI_Allgather", [=] {
            return Calls::all_gather(input, count, type, output, count, type, comm);
        });
    }
    return make("MPI_Alltoall",
                [=] { return Calls::all_to_all(input, count, type, output, count, type, comm); });
}

/// One call that sends to `to` while it receives from `from`.
template <typename Calls>
std::unique_ptr<operation> prepare_exchange(const call_arguments& a, int to, int from) {
    const auto count = static_cast<typename Calls::count_type>(a.spec.count);
    const auto type = mpi_type_of(a.spec.type);
    const auto comm = a.comm;
    const std::byte* const input = a.input;
    std::byte* const output = a.output;
    if (a.spec.in_place) {
        return make("MPI_Sendrecv_replace", [=] {
            return Calls::send_receive_replace(output, count, type, to, 0, from, 0, comm,
                                               MPI_STATUS_IGNORE);
        });
    }
    return make("MPI_Sendrecv", [=] {
        return Calls::send_receive(input, count, type, to, 0, output, count, type, from, 0, comm,
                                   MPI_STATUS_IGNORE);
    });
}

template <typename Calls>
std::unique_ptr<operation> prepare_ping_pong(const call_arguments& a) {
    const auto count = static_cast<typename Calls::count_type>(a.spec.count);
    const auto type = mpi_type_of(a.spec.type);
    const auto comm = a.comm;
    const std::byte* const input = a.input;
    std::byte* const output = a.output;
    const int peer = a.rank ^ 1;
    const auto send = [=] { return Calls::send(input, count, type, peer, 0, comm); };
    const auto receive = [=] {
        return Calls::receive(output, count, type, peer, 0, comm, MPI_STATUS_IGNORE);
    };
    if (a.rank % 2 == 0) {
        return make("MPI_Send and MPI_Recv", [=] {
            const int code = send();
            return code != MPI_SUCCESS ? code : receive();
        });
    }
    return make("MPI_Recv and MPI_Send", [=] {
        const int code = receive();
        return code != MPI_SUCCESS ? code : send();
    });
}

template <typename Calls>
std::unique_ptr<operation> prepare_send(const call_arguments& a) {
    const auto count = static_cast<typename Calls::count_type>(a.spec.count);
    const auto type = mpi_type_of(a.spec.type);
    const auto comm = a.comm;
    const std::byte* const input = a.input;
    std::byte* const output = a.output;
    const int peer = a.rank ^ 1;
    if (a.rank % 2 == 0) {
        return make("MPI_Send", [=] { return Calls::send(input, count, type, peer, 0, comm); });
    }
    return make("MPI_Recv", [=] {
        return Calls::receive(output, count, type, peer, 0, comm, MPI_STATUS_IGNORE);
    });
}

template <typename Calls>
std::unique_ptr<operation> prepare_call(const call_arguments& a) {
    const operation_kind kind = a.spec.kind;
    if (!takes_part(kind, a.rank, a.size)) return make("no call", [] { return MPI_SUCCESS; });
    switch (kind) {
        case operation_kind::all_reduce:
        case operation_kind::reduce_scatter:
        case operation_kind::reduce: return prepare_reducing<Calls>(a);
        case operation_kind::broadcast:
        case operation_kind::gather:
        case operation_kind::scatter: return prepare_rooted<Calls>(a);
        case operation_kind::all_gather:
        case operation_kind::all_to_all: return prepare_all_to_all<Calls>(a);
        case operation_kind::all_to_all_v: return prepare_exchange_v<Calls>(a);
        case operation_kind::send_recv:
            return prepare_exchange<Calls>(a, (a.rank + 1) % a.size,
                                           (a.rank + a.size - 1) % a.size);
        case operation_kind::bidirectional:
            return prepare_exchange<Calls>(a, a.rank ^ 1, a.rank ^ 1);
        case operation_kind::ping_pong: return prepare_ping_pong<Calls>(a);
        case operation_kind::send: return prepare_send<Calls>(a);
        case operation_kind::put:
        case operation_kind::get:  // mpi_supports lets neither through, nor a device's kinds
        default: break;            // barrier
    }
    return make("MPI_Barrier", [comm = a.comm] { return MPI_Barrier(comm); });
}

class group final : public mpi_group {
public:
    explicit group(MPI_Comm comm) : comm_(comm) {
        check_mpi("MPI_Comm_rank", MPI_Comm_rank(comm_, &rank_));
        check_mpi("MPI_Comm_size", MPI_Comm_size(comm_, &size_));
        check_mpi("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN));
    }

    ~group() override {
        // After MPI_Finalize nothing may be called any more, and nothing is left to free.
        if (railgauge_mpi_operations()->ready()) MPI_Comm_free(&comm_);
    }

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return mpi_supports(spec, size_, mpi_has_large_counts);
    }

    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, std::byte* input,
                                                     std::byte* output) override {
        if (const capability able = supports(spec); !able.supported) {
            throw capability_error("mpi cannot do " + std::string(name_of(spec.kind)) + ": " +
                                   able.reason);
        }
        const call_arguments arguments{spec, input, output, comm_, rank_, size_};
        return counts_fit_int(spec, size_) ? prepare_call<mpi_int_calls>(arguments)
                                           : prepare_call<mpi_large_calls>(arguments);
    }

private:
    MPI_Comm comm_;
    int rank_ = 0;
    int size_ = 1;
};

class operations final : public mpi_operations {
public:
    [[nodiscard]] bool ready() const noexcept override {
        int begun = 0;
        int ended = 0;
        return MPI_Initialized(&begun) == MPI_SUCCESS && begun != 0 &&
               MPI_Finalized(&ended) == MPI_SUCCESS && ended == 0;
    }

    [[nodiscard]] std::int32_t world_rank() const override {
        int value = 0;
        check_mpi("MPI_Comm_rank", MPI_Comm_rank(MPI_COMM_WORLD, &value));
        return value;
    }

    [[nodiscard]] std::unique_ptr<mpi_group> make_group(
        std::span<const std::int32_t> world_ranks) override {
        const std::vector<int> members(world_ranks.begin(), world_ranks.end());
        int world_size = 0;
        check_mpi("MPI_Comm_size", MPI_Comm_size(MPI_COMM_WORLD, &world_size));
        std::vector<int> everyone(static_cast<std::size_t>(world_size));
        std::iota(everyone.begin(), everyone.end(), 0);
        MPI_Comm comm = MPI_COMM_NULL;
        if (members == everyone) {
            // A library may know its world best (its tuned algorithms, its shared memory), and a
            // copy of it is what a user's program would take.
            check_mpi("MPI_Comm_dup", MPI_Comm_dup(MPI_COMM_WORLD, &comm));
            return std::make_unique<group>(comm);
        }
        // Not MPI_Comm_split: that would need every rank of the world, also those in no group.
        MPI_Group all = MPI_GROUP_NULL;
        MPI_Group some = MPI_GROUP_NULL;
        check_mpi("MPI_Comm_group", MPI_Comm_group(MPI_COMM_WORLD, &all));
        const int included =
            MPI_Group_incl(all, static_cast<int>(members.size()), members.data(), &some);
        MPI_Group_free(&all);
        check_mpi("MPI_Group_incl", included);
        const int created = MPI_Comm_create_group(MPI_COMM_WORLD, some, 0, &comm);
        MPI_Group_free(&some);
        check_mpi("MPI_Comm_create_group", created);
        return std::make_unique<group>(comm);
    }
};

}  // namespace
}  // namespace railgauge

extern "C" railgauge::mpi_operations* railgauge_mpi_operations() {
    static railgauge::operations the_operations;
    return &the_operations;
}
