#include "harness/record/run_header.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <random>

namespace railgauge {

std::string_view name_of(point_status status) noexcept {
    switch (status) {
        case point_status::ok: return "ok";
        case point_status::skipped: return "skipped";
        case point_status::failed: return "failed";
        case point_status::invalid: return "invalid";
    }
    return "unknown";
}

std::string utc_now() {
    const auto now = std::chrono::system_clock::now();
    const auto since_epoch = now.time_since_epoch();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count() % 1000;
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       milliseconds);
}

std::string make_run_id() {
    std::random_device device;
    std::string id;
    for (int word = 0; word < 4; ++word) id += fmt::format("{:08x}", device());
    return id;
}

std::string hash_text(std::string_view text) {
    // Fowler, Noll and Vo: offset basis and prime as published for 64 bits.
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char byte : text) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3ULL;
    }
    return fmt::format("{:016x}", hash);
}

}  // namespace railgauge
