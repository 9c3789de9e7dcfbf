// libucp, opened at run time in the rank: its constructors read the environment, and parents that
// fork must not have run them. One binary so works with and without UCX, and with newer ones.
#pragma once

#include <ucp/api/ucp.h>

#include <string>

#include "harness/base/error.hpp"

namespace railgauge::ucx {

/// UCP's functions under their names without the prefix `ucp_`.
struct ucp_calls {
#define RAILGAUGE_UCP_FUNCTIONS(each) \
    each(get_version_string);         \
    each(config_read);                \
    each(config_modify);              \
    each(config_release);             \
    each(init_version);               \
    each(cleanup);                    \
    each(context_query);              \
    each(context_print_info);         \
    each(worker_create);              \
    each(worker_destroy);             \
    each(worker_get_address);         \
    each(worker_release_address);     \
    each(worker_get_efd);             \
    each(worker_arm);                 \
    each(worker_progress);            \
    each(worker_fence);               \
    each(ep_create);                  \
    each(ep_close_nbx);               \
    each(ep_flush_nbx);               \
    each(ep_print_info);              \
    each(tag_send_nbx);               \
    each(tag_recv_nbx);               \
    each(put_nbx);                    \
    each(get_nbx);                    \
    each(mem_map);                    \
    each(mem_unmap);                  \
    each(mem_query);                  \
    each(rkey_pack);                  \
    each(rkey_buffer_release);        \
    each(ep_rkey_unpack);             \
    each(rkey_ptr);                   \
    each(rkey_destroy);               \
    each(request_check_status);       \
    each(request_free)
#define RAILGAUGE_UCP_MEMBER(name) decltype(&::ucp_##name) name = nullptr
    RAILGAUGE_UCP_FUNCTIONS(RAILGAUGE_UCP_MEMBER);
#undef RAILGAUGE_UCP_MEMBER
};

/// Opens libucp.so.0 for good at the first call; after that it costs nothing. Before, it sets those
/// variables that the user has not set: UCX_HANDLE_ERRORS=none (no signal handlers: the World tells
/// of a crash), UCX_LOG_FILE=stderr (stdout belongs to the results) and UCX_WARN_UNUSED_ENV_VARS=n.
/// Throws capability_error where there is no library or it lacks a function.
[[nodiscard]] const ucp_calls& ucp();

/// A call of UCX failed. The text is "call: UCX's words; advice". Status 3.
class ucx_error : public error {
public:
    ucx_error(const std::string& call, ucs_status_t status, const std::string& advice);
    [[nodiscard]] ucs_status_t code() const noexcept { return code_; }

private:
    ucs_status_t code_;
};

/// Throws ucx_error where `status` is an error.
void check_ucx(const char* call, ucs_status_t status, const char* advice = "");

}  // namespace railgauge::ucx
