// The handshake and the frames by themselves: proofs, forgeries, and bytes that make no sense.
#include "harness/launch/handshake.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "harness/base/error.hpp"
#include "harness/launch/tcp_address.hpp"
#include "harness/launch/tcp_listener.hpp"
#include "harness/launch/tree_frame.hpp"

namespace railgauge {
namespace {

using side = handshake::side;

hello greeting(int host) {
    hello said;
    said.host = host;
    said.rank = 10 * host;
    said.version = "1.2.3";
    said.host_name = "node" + std::to_string(host);
    return said;
}

/// Lets both talk until neither wants anything; `forge` may change what passes.
void talk(handshake& a, handshake& b,
          const std::function<void(std::vector<std::byte>&)>& forge = nullptr) {
    std::vector<std::byte> to_b;
    std::vector<std::byte> to_a;
    const auto feed = [](handshake& who, std::vector<std::byte>& queue) {
        while (who.wants() != 0 && queue.size() >= who.wants()) {
            const std::size_t count = who.wants();
            who.take(std::span(queue).first(count));
            queue.erase(queue.begin(), queue.begin() + std::ptrdiff_t(count));
        }
    };
    for (int round = 0; round < 6; ++round) {
        std::vector<std::byte> said = a.give();
        if (forge && !said.empty()) {
            forge(said);
        }
        to_b.insert(to_b.end(), said.begin(), said.end());
        feed(b, to_b);
        said = b.give();
        to_a.insert(to_a.end(), said.begin(), said.end());
        feed(a, to_a);
    }
}

TEST(handshake, both_sides_prove_themselves_and_hear_who_it_is) {
    const job_secret secret = job_secret::random();
    handshake child(side::connecting, secret, greeting(2));
    handshake parent(side::accepting, secret, greeting(0));
    talk(child, parent);
    ASSERT_TRUE(child.proven()) << child.refusal();
    ASSERT_TRUE(parent.proven()) << parent.refusal();
    EXPECT_EQ(parent.peer().host, 2);
    EXPECT_EQ(parent.peer().rank, 20);
    EXPECT_EQ(parent.peer().version, "1.2.3");
    EXPECT_EQ(child.peer().host_name, "node0");
}

TEST(handshake, another_secret_is_refused) {
    handshake child(side::connecting, job_secret::random(), greeting(2));
    const job_secret secret = job_secret::random();
    handshake parent(side::accepting, secret, greeting(0));
    talk(child, parent);
    EXPECT_FALSE(child.proven());
    EXPECT_FALSE(parent.proven());
    EXPECT_NE(parent.refusal().find("secret"), std::string::npos);
}

TEST(handshake, the_right_number_of_the_job_is_no_proof) {
    const job_secret secret = job_secret::random();
    handshake parent(side::accepting, secret, greeting(0));
    handshake overheard(side::connecting, secret, greeting(1));
    const std::vector<std::byte> first = overheard.give();
    parent.take(std::span(first).first(8));
    parent.take(std::span(first).subspan(8));
    EXPECT_EQ(parent.give().size(), hello_bytes);
    ASSERT_EQ(parent.wants(), sizeof(digest));
    parent.take(std::vector<std::byte>(sizeof(digest)));
    EXPECT_FALSE(parent.proven());
    EXPECT_TRUE(parent.give().empty());
}

TEST(handshake, what_was_overheard_proves_nothing_a_second_time) {
    const job_secret secret = job_secret::random();
    std::vector<std::vector<std::byte>> overheard;
    {
        handshake child(side::connecting, secret, greeting(2));
        handshake parent(side::accepting, secret, greeting(0));
        talk(child, parent, [&](std::vector<std::byte>& said) { overheard.push_back(said); });
        ASSERT_TRUE(parent.proven());
    }
    handshake parent(side::accepting, secret, greeting(0));
    for (const auto& said : overheard) {
        std::span<const std::byte> left(said);
        while (parent.wants() != 0 && left.size() >= parent.wants()) {
            const std::size_t count = parent.wants();
            parent.take(left.first(count));
            left = left.subspan(count);
        }
    }
    EXPECT_FALSE(parent.proven());
}

TEST(handshake, a_changed_byte_breaks_the_proof) {
    const job_secret secret = job_secret::random();
    for (const std::size_t at : {12u, 28u, 45u, 100u, 170u, 200u, 255u}) {
        handshake child(side::connecting, secret, greeting(2));
        handshake parent(side::accepting, secret, greeting(0));
        talk(child, parent, [at, first = true](std::vector<std::byte>& said) mutable {
            if (first) {
                said.at(at) ^= std::byte{1};
                first = false;
            }
        });
        EXPECT_FALSE(parent.proven()) << at;
    }
}

TEST(handshake, a_hello_with_control_characters_makes_no_sense) {
    hello said = greeting(1);
    said.version = "1.0\x1b[31m";
    hello read;
    EXPECT_NE(decode(encode(said), read), "");
}

TEST(job_secret, text_and_back) {
    const job_secret secret = job_secret::random();
    EXPECT_EQ(job_secret::from_text(secret.text()).bytes(), secret.bytes());
    EXPECT_NE(secret.bytes(), job_secret::random().bytes());
    EXPECT_NE(secret.derive("a").bytes(), secret.derive("b").bytes());
    EXPECT_THROW((void)job_secret::from_text("abc"), usage_error);
    EXPECT_THROW((void)job_secret::from_text(std::string(64, 'g')), usage_error);
}

// RFC 4231, test case 1, whose key of 20 bytes is padded with zeros up to a block anyway.
TEST(job_secret, signs_as_the_standard_says) {
    digest key{};
    std::fill_n(key.begin(), 20, std::byte{0x0b});
    const std::string message = "Hi There";
    const digest found = job_secret(key).sign(std::as_bytes(std::span(message)));
    EXPECT_EQ(job_secret(found).text(),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(tree_frame, lengths_are_bounded) {
    const header_message whole = encode(frame_header{frame_kind::gather, 3, 1000});
    ASSERT_TRUE(decode(whole, 1000));
    EXPECT_EQ(decode(whole, 1000)->sequence, 3u);
    EXPECT_FALSE(decode(whole, 999));
    EXPECT_FALSE(decode(header_message{}, 999));
    header_message noise;
    std::memset(noise.data(), 0xff, noise.size());
    EXPECT_FALSE(decode(noise, UINT64_MAX));
}

TEST(tree_frame, verdicts_travel) {
    verdict said;
    said.status = exit_status::wrong_data;
    said.text = "rank 3 \x1b did it";
    said.rank = 3;
    said.point = 12;
    said.where = phase::sampling;
    said.failed_by_itself = true;
    const auto read = decode_verdict(encode_verdict(said));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->status, exit_status::wrong_data);
    EXPECT_EQ(read->text, "rank 3 ? did it");
    EXPECT_EQ(read->rank, 3);
    EXPECT_EQ(read->point, 12);
    EXPECT_TRUE(read->failed_by_itself);
    EXPECT_FALSE(decode_verdict({}));
    said.status = static_cast<exit_status>(77);
    EXPECT_FALSE(decode_verdict(encode_verdict(said)));
    said.status = exit_status::cannot;
    said.text = std::string(100'000, 'x');
    EXPECT_LE(watch_frame(frame_kind::verdict, encode_verdict(said)).size(),
              frame_header_bytes + most_watch_bytes);
}

TEST(tcp_address, forms) {
    EXPECT_EQ(parse_address("10.0.0.2:4711").host, "10.0.0.2");
    EXPECT_EQ(parse_address("[fd00::2]:4711").host, "fd00::2");
    EXPECT_EQ(parse_address("node7:80").port, "80");
    for (const char* wrong : {"", ":", "node7", "node7:", ":80", "a:b", "a:123456"}) {
        EXPECT_THROW((void)parse_address(wrong), usage_error) << wrong;
    }
}

TEST(tcp_listener, listens_where_it_is_told_and_nowhere_else) {
    const tcp_listener one("127.0.0.1");
    EXPECT_EQ(one.address().rfind("127.0.0.1:", 0), 0u);
    EXPECT_THROW(tcp_listener("localhost"), usage_error);
    EXPECT_THROW(tcp_listener("203.0.113.7"), system_error);
}

}  // namespace
}  // namespace railgauge
