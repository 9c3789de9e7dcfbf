// What NCCL says of its own work, through the profiler plug-in that is built into this program.
//
// NCCL looks for the symbol ncclProfiler_v5 in the program itself where NCCL_PROFILER_PLUGIN is
// STATIC_PLUGIN, and asks it at each communicator's beginning for a mask of events, which may be
// changed at any time. It is 0 but for the one execution that is looked at, so that nothing that is
// timed is observed. NCCL before 2.28 does not know this version of the interface, and says
// nothing.
#pragma once

#include <nccl.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace railgauge::nccl {

/// Sets NCCL_PROFILER_PLUGIN for this process unless the user has set it; before NCCL is opened.
void use_own_profiler();

/// Of the work that NCCL began while somebody looked. Names are NCCL's own in lower case ("ring",
/// "nvlstree"), empty where it named none (sends and receives have neither); protocols as NCCL
/// writes them ("LL128").
struct seen_work {
    std::string algorithm;
    std::string protocol;
    int channels = 0;  ///< the most of one call; 0: NCCL said nothing
};

/// NCCL reports as long as it lives; one at a time.
class profiler_watch {
public:
    profiler_watch();
    ~profiler_watch();
    profiler_watch(const profiler_watch&) = delete;
    profiler_watch& operator=(const profiler_watch&) = delete;

    /// Ends the watch: what was reported, to be asked when the execution has ended.
    [[nodiscard]] seen_work end();
};

/// An event as NCCL describes it to a plug-in of version 5 (the layout is NCCL's, since 2.28): only
/// the two kinds that are asked for are spelled out, and the longest one is that of collectives.
struct profiler_event {
    struct collective {
        std::uint64_t sequence;
        const char* function;
        const void* from;
        void* to;
        std::size_t count;
        int root;
        const char* type;
        std::uint8_t channels;
        std::uint8_t warps;
        const char* algorithm;
        const char* protocol;
        void* group;
    };
    struct point_to_point {
        const char* function;
        void* buffer;
        const char* type;
        std::size_t count;
        int peer;
        std::uint8_t channels;
        void* group;
    };
    std::uint64_t kind;
    void* parent;
    int rank;
    union {
        collective of_all;
        point_to_point of_two;
    };
};
inline constexpr std::uint64_t collective_event = 1U << 1;
inline constexpr std::uint64_t point_to_point_event = 1U << 2;

/// The plug-in as NCCL calls it. Each function gives ncclSuccess, and takes what NCCL's headers for
/// plug-ins say.
struct profiler_plugin {
    const char* name;
    ncclResult_t (*init)(void** context, std::uint64_t communicator, int* mask,
                         const char* communicator_name, int nodes, int ranks, int rank,
                         void (*log)());
    ncclResult_t (*start_event)(void* context, void** handle, profiler_event* event);
    ncclResult_t (*stop_event)(void* handle);
    ncclResult_t (*record_state)(void* handle, int state, void* arguments);
    ncclResult_t (*finalize)(void* context);
};

}  // namespace railgauge::nccl

extern "C" __attribute__((visibility("default"))) railgauge::nccl::profiler_plugin ncclProfiler_v5;
