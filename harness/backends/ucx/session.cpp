#include "harness/backends/ucx/session.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "harness/backends/ucx/transports.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::ucx {
namespace {

using clock = std::chrono::steady_clock;

/// How long closing may take where a peer does not answer any more.
constexpr auto close_limit = std::chrono::seconds(1);

/// A sleep ends by itself after this: a transport without events would else be missed.
constexpr int sleep_ms = 1;

/// Cores that the ranks of this host may run on, all of them together. Collective.
bool ranks_outnumber_cores(world& group) {
    struct seat {
        cpu_set_t cores;
        char host[64];
    };
    seat mine{};
    if (::sched_getaffinity(0, sizeof mine.cores, &mine.cores) != 0) {
        CPU_SET(static_cast<std::size_t>(group.rank()) % CPU_SETSIZE, &mine.cores);
    }
    group.host_name().copy(mine.host, sizeof mine.host - 1);
    const bool root = group.rank() == 0;
    std::vector<seat> all(root ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::uint8_t crowded = 0;
    for (const seat& host : all) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        int ranks = 0;
        for (const seat& other : all) {
            if (std::strcmp(host.host, other.host) == 0) {
                CPU_OR(&cores, &cores, &other.cores);
                ++ranks;
            }
        }
        crowded |= ranks > CPU_COUNT(&cores) ? 1 : 0;
        if (crowded != 0 || ranks == group.size()) {
            break;
        }
    }
    broadcast_value(group, crowded);
    return crowded != 0;
}

/// Whether ranks may read each other's memory: where not, UCX's transport cma ends the process when
/// it is first used.
bool may_read_others_memory() {
    // The parent is of the same user and not traced by us, as peers are.
    int mine = 0;
    int theirs = 0;
    const iovec local{&mine, sizeof mine};
    const iovec remote{&theirs, sizeof theirs};
    return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) ==
           static_cast<ssize_t>(sizeof mine);
}

/// UCX 1.13 counts a segment's bytes in 16 bits, and ends the process by an assertion when one of
/// exactly 64 KiB is full.
void refuse_deadly_segments() {
    if (!std::string_view(ucp().get_version_string()).starts_with("1.13.")) {
        return;
    }
    for (const char* name : {"UCX_POSIX_SEG_SIZE", "UCX_SYSV_SEG_SIZE", "UCX_SEG_SIZE"}) {
        const char* const value = std::getenv(name);
        if (value == nullptr) {
            continue;
        }
        char* unit = nullptr;
        std::uint64_t bytes = std::strtoull(value, &unit, 10);
        bytes <<= *unit == 'k' || *unit == 'K' ? 10 : 0;
        if (bytes == 65536) {
            throw capability_error(std::string("ucp_init: UCX 1.13 crashes with ") + name + "=" +
                                   value + "; choose less (32K)");
        }
    }
}

struct config_deleter {
    void operator()(ucp_config_t* config) const { ucp().config_release(config); }
};
using config_pointer = std::unique_ptr<ucp_config_t, config_deleter>;

config_pointer read_config() {
    ucp_config_t* config = nullptr;
    check_ucx("ucp_config_read", ucp().config_read(nullptr, nullptr, &config),
              "one of the variables UCX_* has a value that UCX does not understand");
    return config_pointer(config);
}

/// What UCX would have if the user had not asked for anything.
std::string all_transports(const ucp_params_t& wanted) {
    const config_pointer config = read_config();
    ucp().config_modify(config.get(), "TLS", "all");
    ucp().config_modify(config.get(), "NET_DEVICES", "all");
    ucp_context_h context = nullptr;
    if (ucp().init_version(UCP_API_MAJOR, UCP_API_MINOR, &wanted, config.get(), &context) !=
        UCS_OK) {
        return "none";
    }
    const std::string names = joined(resources_of(context));
    ucp().cleanup(context);
    return names;
}

std::string asked_for() {
    std::string text;
    for (const char* name : {"UCX_TLS", "UCX_NET_DEVICES"}) {
        if (const char* value = std::getenv(name)) {
            text += (text.empty() ? "" : " ") + std::string(name) + "=" + value;
        }
    }
    return text.empty() ? "no variable asks for less" : text + " asks for others";
}

}  // namespace

session::session(world& group) : session(group, ranks_outnumber_cores(group)) {}

session::session(world& group, bool crowded)
    : ucp_(ucp()),
      rank_(group.rank()),
      ranks_(group.size()),
      waiting_(crowded),
      endpoints_(static_cast<std::size_t>(group.size())) {
    ucp_params_t wanted{};
    wanted.field_mask = UCP_PARAM_FIELD_FEATURES | UCP_PARAM_FIELD_ESTIMATED_NUM_EPS |
                        UCP_PARAM_FIELD_MT_WORKERS_SHARED;
    wanted.features = UCP_FEATURE_TAG | UCP_FEATURE_RMA;
    // Asked for only where a rank may come to sleep: UCX then takes transports with events alone.
    if (crowded || group.hosts() > 1) {
        wanted.features |= UCP_FEATURE_WAKEUP;
    }
    wanted.estimated_num_eps = static_cast<std::size_t>(ranks_);
    try {
        open_context(wanted);
        open_worker((wanted.features & UCP_FEATURE_WAKEUP) != 0);
        exchange_addresses(group);
        owed_.emplace([this] { ucp_.worker_progress(worker_); });
    } catch (...) {
        close();
        throw;
    }
}

session::~session() {
    close();
}

void session::open_context(const ucp_params_t& wanted) {
    refuse_deadly_segments();
    const config_pointer config = read_config();
    if (std::getenv("UCX_TLS") == nullptr && !may_read_others_memory()) {
        ucp_.config_modify(config.get(), "TLS", "^cma");
    }
    const ucs_status_t status =
        ucp_.init_version(UCP_API_MAJOR, UCP_API_MINOR, &wanted, config.get(), &context_);
    if (status == UCS_ERR_NO_DEVICE || status == UCS_ERR_UNSUPPORTED) {
        throw capability_error("ucp_init: UCX has none of the transports or devices asked for (" +
                               asked_for() + "); on this host it has " + all_transports(wanted));
    }
    check_ucx("ucp_init", status);
    ucp_context_attr_t facts{};
    facts.field_mask = UCP_ATTR_FIELD_REQUEST_SIZE | UCP_ATTR_FIELD_MEMORY_TYPES;
    check_ucx("ucp_context_query", ucp_.context_query(context_, &facts));
    request_bytes_ = facts.request_size;
    memory_types_ = facts.memory_types;
}

void session::open_worker(bool sleeps) {
    ucp_worker_params_t single{};
    single.field_mask = UCP_WORKER_PARAM_FIELD_THREAD_MODE;
    single.thread_mode = UCS_THREAD_MODE_SINGLE;
    check_ucx("ucp_worker_create", ucp_.worker_create(context_, &single, &worker_));
    if (sleeps && ucp_.worker_get_efd(worker_, &event_fd_) != UCS_OK) {
        event_fd_ = -1;
    }
}

void session::exchange_addresses(world& group) {
    ucp_address_t* own = nullptr;
    std::size_t bytes = 0;
    check_ucx("ucp_worker_get_address", ucp_.worker_get_address(worker_, &own, &bytes));
    const auto release = [this](ucp_address_t* address) {
        ucp_.worker_release_address(worker_, address);
    };
    const std::unique_ptr<ucp_address_t, decltype(release)> guard(own, release);
    std::vector<std::uint64_t> lengths(rank_ == 0 ? static_cast<std::size_t>(ranks_) : 0);
    const std::uint64_t length = bytes;
    group.gather(std::as_bytes(std::span(&length, 1)), std::as_writable_bytes(std::span(lengths)),
                 0);
    std::uint64_t longest = 0;
    for (const std::uint64_t one : lengths) {
        longest = std::max(longest, one);
    }
    broadcast_value(group, longest);
    address_bytes_ = longest;
    std::vector<std::byte> mine(longest);
    std::memcpy(mine.data(), own, bytes);
    addresses_.resize(longest * static_cast<std::size_t>(ranks_));
    group.gather(mine, rank_ == 0 ? std::span(addresses_) : std::span<std::byte>(), 0);
    group.broadcast(addresses_, 0);
}

ucp_ep_h session::endpoint(int rank) {
    ucp_ep_h& made = endpoints_[static_cast<std::size_t>(rank)];
    if (made == nullptr) {
        ucp_ep_params_t peer{};
        // No error handling mode: it would exclude transports (shared memory's among them), and a
        // dead peer is the World's business.
        peer.field_mask = UCP_EP_PARAM_FIELD_REMOTE_ADDRESS;
        peer.address = reinterpret_cast<const ucp_address_t*>(
            addresses_.data() + static_cast<std::size_t>(rank) * address_bytes_);
        check_ucx("ucp_ep_create", ucp_.ep_create(worker_, &peer, &made),
                  "the ranks have no transport in common: see UCX_TLS and UCX_NET_DEVICES");
    }
    return made;
}

void session::wait(std::uint32_t count) {
    const waiting::step next = waiting_.next(count);
    if (next == waiting::step::poll) {
        return;
    }
    if (next == waiting::step::yield || event_fd_ < 0) {
        const std::int64_t before_ns = monotonic_ns();
        ::sched_yield();
        waiting_.yielded(monotonic_ns() - before_ns);
        return;
    }
    // Arming fails where something has arrived since the last question.
    if (ucp_.worker_arm(worker_) == UCS_OK) {
        pollfd events{.fd = event_fd_, .events = POLLIN, .revents = 0};
        ::poll(&events, 1, sleep_ms);
    }
}

void session::finish(const char* call, ucs_status_ptr_t request) {
    if (UCS_PTR_IS_ERR(request)) {
        throw ucx_error(call, UCS_PTR_STATUS(request), "");
    }
    if (request == nullptr) {
        return;
    }
    progress_until([&] { return ucp_.request_check_status(request) != UCS_INPROGRESS; });
    const ucs_status_t status = ucp_.request_check_status(request);
    ucp_.request_free(request);
    check_ucx(call, status);
}

std::vector<std::string> session::transports() const {
    std::vector<std::string> names;
    for (const ucp_ep_h peer : endpoints_) {
        if (peer == nullptr) {
            continue;
        }
        for (std::string& name : lanes_of(peer)) {
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

// Peers may be gone already: nothing is waited for beyond the limit.
void session::close() noexcept {
    owed_.reset();
    if (abandoned_) {
        return;
    }
    if (worker_ != nullptr) {
        const auto limit = clock::now() + close_limit;
        const ucp_request_param_t plain{};
        for (const ucp_ep_h peer : endpoints_) {
            if (peer == nullptr) {
                continue;
            }
            const ucs_status_ptr_t request = ucp_.ep_close_nbx(peer, &plain);
            if (request == nullptr || UCS_PTR_IS_ERR(request)) {
                continue;
            }
            while (ucp_.request_check_status(request) == UCS_INPROGRESS && clock::now() < limit) {
                ucp_.worker_progress(worker_);
            }
            ucp_.request_free(request);
        }
        ucp_.worker_destroy(worker_);
        worker_ = nullptr;
    }
    if (context_ != nullptr) {
        ucp_.cleanup(context_);
        context_ = nullptr;
    }
}

}  // namespace railgauge::ucx
