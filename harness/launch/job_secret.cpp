#include "harness/launch/job_secret.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <cerrno>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

job_secret job_secret::random() {
    job_secret fresh;
    // Up to 256 bytes come whole.
    if (::getrandom(fresh.bytes_.data(), fresh.bytes_.size(), 0) !=
        static_cast<ssize_t>(fresh.bytes_.size())) {
        throw system_error("getrandom (the job's secret)", errno);
    }
    return fresh;
}

job_secret job_secret::from_text(std::string_view text) {
    job_secret read;
    bool fits = text.size() == 2 * read.bytes_.size();
    for (std::size_t i = 0; fits && i < text.size(); ++i) {
        const std::size_t digit = digits.find(text[i]);
        fits = digit != std::string_view::npos;
        std::byte& into = read.bytes_[i / 2];
        into = (into << 4) | static_cast<std::byte>(digit & 15);
    }
    if (!fits) {
        throw usage_error(
            "the job's secret must be 64 hexadecimal digits in small letters, and is not");
    }
    return read;
}

std::string job_secret::text() const {
    std::string text;
    for (const std::byte each : bytes_) {
        text += digits[std::to_integer<std::size_t>(each >> 4)];
        text += digits[std::to_integer<std::size_t>(each & std::byte{15})];
    }
    return text;
}

digest job_secret::sign(std::span<const std::byte> message) const {
    digest result;
    unsigned int length = 0;
    const auto* from = reinterpret_cast<const unsigned char*>(message.data());
    auto* into = reinterpret_cast<unsigned char*>(result.data());
    if (::HMAC(::EVP_sha256(), bytes_.data(), static_cast<int>(bytes_.size()), from, message.size(),
               into, &length) == nullptr) {
        throw capability_error(
            "HMAC: OpenSSL's libcrypto offers no SHA-256 here (its configuration forbids it?), "
            "so hosts cannot prove themselves to each other");
    }
    return result;
}

job_secret job_secret::derive(std::string_view purpose) const {
    return job_secret(sign(std::as_bytes(std::span(purpose))));
}

bool equal_digests(const digest& a, const digest& b) noexcept {
    return ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace railgauge
