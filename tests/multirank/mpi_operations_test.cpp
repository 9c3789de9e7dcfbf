// Started by an MPI launcher with the path of that library's module: every operation of the mpi
// backend against plain loops, in place and not, in groups, and what its errors look like from the
// other side of dlopen. Ends with 1 and says what was wrong.

#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <vector>

#include "harness/backends/mpi/mpi_backend.hpp"
#include "harness/backends/mpi/mpi_error.hpp"
#include "harness/base/dynamic_library.hpp"
#include "tests/multirank/mpi_reference.hpp"
#include "tests/multirank/mpi_test_world.hpp"

namespace railgauge::testing {
namespace {

constexpr std::byte poison{0xA5};

class failed_check : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

void require(bool holds, const std::string& what) {
    if (!holds) throw failed_check(what);
}

std::string text_of(const operation_spec& spec, int rank, int ranks) {
    return std::string(name_of(spec.kind)) + " " + std::string(name_of(spec.type)) + " " +
           std::string(name_of(spec.op)) + " count " + std::to_string(spec.count) + " root " +
           std::to_string(spec.root) + (spec.in_place ? " in place" : "") + ", rank " +
           std::to_string(rank) + " of " + std::to_string(ranks);
}

void check_output(const operation_spec& spec, const world& group, const std::byte* output) {
    const std::size_t size = size_of(spec.type);
    const std::uint64_t elements = output_elements(spec, group.rank(), group.size());
    std::byte wanted[8];
    for (std::uint64_t i = 0; i < elements; ++i) {
        std::fill(std::begin(wanted), std::end(wanted), poison);
        const auto value = expected(spec, group.rank(), group.size(), i);
        if (value) put_element(spec.type, wanted, *value);
        if (std::memcmp(wanted, output + i * size, size) == 0) continue;
        throw failed_check(text_of(spec, group.rank(), group.size()) + ": element " +
                           std::to_string(i) + " is wrong");
    }
}

/// False where the backend says that it cannot.
bool check_operation(communicator& comm, const world& group, const operation_spec& spec) {
    if (!comm.supports(spec).supported) {
        require(!comm.supports(spec).reason.empty(), "a skipped operation without a reason");
        return false;
    }
    const int rank = group.rank();
    const int ranks = group.size();
    const std::size_t size = size_of(spec.type);
    const std::uint64_t in = input_elements(spec, rank, ranks);
    const std::uint64_t out = output_elements(spec, rank, ranks);
    // In place, one buffer holds the longer of the two; the shorter lies at its offset.
    const auto first = comm.allocate((spec.in_place ? std::max(in, out) : in) * size);
    const auto second = spec.in_place ? nullptr : comm.allocate(out * size);
    memory& input = *first;
    memory& output = spec.in_place ? *first : *second;
    std::fill_n(output.data(), output.bytes(), poison);
    const std::uint64_t from = spec.in_place ? in_place_input_offset(spec, rank) : 0;
    const std::uint64_t to = spec.in_place ? in_place_output_offset(spec, rank) : 0;
    const auto fill = [&] {
        for (std::uint64_t i = 0; i < in; ++i) {
            put_element(spec.type, input.data() + (from + i) * size, contribution(rank, i));
        }
    };
    const auto prepared = comm.prepare(spec, input, output);
    require(prepared->algorithm() == "library", "the algorithm's name");
    for (int repeat = 0; repeat < 2; ++repeat) {
        fill();
        prepared->execute();
        check_output(spec, group, output.data() + to * size);
    }
    return true;
}

int check_all(communicator& comm, const world& group) {
    int done = 0;
    for (const operation_kind kind : all_operation_kinds) {
        for (const dtype type : all_dtypes) {
            for (const std::uint64_t count : {0, 1, 37, 65536}) {
                // Two types in all counts and all types in one, so that the test stays short where
                // ranks outnumber cores.
                if (count != 37 && type != dtype::float32 && type != dtype::uint8) continue;
                for (const bool in_place : {false, true}) {
                    const operation_spec spec{.kind = kind,
                                              .type = type,
                                              .op = redop::sum,
                                              .count = count,
                                              .root = count == 37 ? group.size() - 1 : 0,
                                              .in_place = in_place,
                                              .algorithm = {}};
                    done += check_operation(comm, group, spec) ? 1 : 0;
                }
            }
        }
        for (const redop op : all_redops) {
            for (const dtype type : {dtype::int64, dtype::float64, dtype::uint16}) {
                if (!is_reducing(kind)) continue;
                const operation_spec spec{
                    .kind = kind, .type = type, .op = op, .count = 5, .algorithm = "library"};
                done += check_operation(comm, group, spec) ? 1 : 0;
            }
        }
    }
    return done;
}

// A root that no rank has is refused by MPI before anything moves. The program sees the module's
// exception as its own types, with MPI's call and words.
void check_errors(communicator& comm) {
    const auto buffer = comm.allocate(64);
    operation_spec spec{.kind = operation_kind::broadcast, .count = 4, .algorithm = {}};
    spec.root = 1000;
    spec.in_place = true;
    const auto prepared = comm.prepare(spec, *buffer, *buffer);
    std::string text;
    try {
        prepared->execute();
    } catch (const mpi_error& failure) {
        text = failure.what();
        require(failure.status() == exit_status::cannot, "an mpi_error's status");
    }
    require(text.starts_with("MPI_Bcast: "), "no mpi_error for a wrong root: " + text);
    bool seen_as_base = false;
    try {
        prepared->execute();
    } catch (const error&) {
        seen_as_base = true;
    }
    require(seen_as_base, "an mpi_error is an error");
    spec.algorithm = "ring";
    bool refused = false;
    try {
        (void)comm.prepare(spec, *buffer, *buffer);
    } catch (const capability_error&) {
        refused = true;
    }
    require(refused, "prepare throws capability_error where supports says no");
}

int run(const std::string& module_path) {
    mpi_backend backend(module_path);
    require(backend.available().available, backend.available().reason);
    const dynamic_library module(module_path);
    mpi_library& mpi = *module.function<mpi_library*()>("railgauge_mpi_library")();
    const std::string early = mpi.version();
    require(early == backend.version(), "the version before and in a child differ");
    require(!mpi.initialised(), "initialised before initialise");
    mpi.initialise();
    std::vector<int> everyone(static_cast<std::size_t>(mpi.size()));
    std::iota(everyone.begin(), everyone.end(), 0);
    mpi_test_world all(mpi, everyone);
    int done = 0;
    {
        const auto comm = backend.make_communicator(all);
        require(comm->algorithms(operation_kind::all_reduce) ==
                    backend.known_algorithms(operation_kind::all_reduce),
                "algorithms and known_algorithms differ");
        done = check_all(*comm, all);
        check_errors(*comm);
        // Two groups side by side, of different sizes where the number of ranks is odd.
        const auto half = all.split(all.rank() % 2, all.rank());
        const auto half_comm = backend.make_communicator(*half);
        const operation_spec spec{.count = 100, .algorithm = {}};
        require(check_operation(*half_comm, *half, spec), "all_reduce in a group");
        // Ranks in reverse order, as a user's numbering may be.
        std::reverse(everyone.begin(), everyone.end());
        mpi_test_world backwards(mpi, everyone);
        const auto backwards_comm = backend.make_communicator(backwards);
        operation_spec gather{.kind = operation_kind::all_gather, .count = 3, .algorithm = {}};
        require(check_operation(*backwards_comm, backwards, gather), "all_gather in reverse");
    }
    if (mpi.rank() == 0) {
        std::printf("%s, %d ranks: %d operations right\n", early.c_str(), mpi.size(), done);
    }
    mpi.finalise();
    require(!mpi.initialised(), "initialised after finalise");
    return 0;
}

}  // namespace
}  // namespace railgauge::testing

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: mpiexec -n N %s railgauge_mpi_<flavour>.so\n", argv[0]);
        return 2;
    }
    try {
        return railgauge::testing::run(argv[1]);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        std::fflush(stderr);
        std::_Exit(1);  // peers may wait in MPI; the launcher ends them
    }
}
