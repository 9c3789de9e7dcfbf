// What the connections of a job prove to each other: a secret that only its ranks know, and the
// keyed hash that shows that one knows it without sending it.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace railgauge {

using digest = std::array<std::byte, 32>;

/// 32 bytes. Handed to the ranks by whatever lets them meet (MPI, a file, the environment), never
/// over the tree of hosts itself.
class job_secret {
public:
    job_secret() noexcept = default;
    explicit job_secret(const digest& bytes) noexcept : bytes_(bytes) {}

    /// Fresh, from the kernel's random numbers. Throws system_error where there are none.
    [[nodiscard]] static job_secret random();
    /// The inverse of `text`. Throws usage_error, which does not repeat the text.
    [[nodiscard]] static job_secret from_text(std::string_view text);

    /// 64 hexadecimal digits.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const digest& bytes() const noexcept { return bytes_; }

    /// HMAC-SHA256 (RFC 2104, FIPS 180-4) of `message` with this secret as the key.
    [[nodiscard]] digest sign(std::span<const std::byte> message) const;
    /// A secret for a part of the job, from which this one cannot be found again.
    [[nodiscard]] job_secret derive(std::string_view purpose) const;

private:
    digest bytes_{};
};

/// Takes the same time wherever they differ.
[[nodiscard]] bool equal_digests(const digest& a, const digest& b) noexcept;

}  // namespace railgauge
