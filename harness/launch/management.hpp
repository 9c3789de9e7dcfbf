// The management network: by which address this host's leader is reached by those of other hosts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace railgauge {

/// One address of one interface of this host.
struct interface_address {
    std::string interface;
    std::string address;  ///< as text, without a zone: "10.0.0.1", "fd00::1"
    bool loopback = false;
    bool link_local = false;  ///< 169.254.0.0/16, fe80::/10: not to be reached from elsewhere
};

/// Of the interfaces that are up, in the kernel's order, IPv4 addresses first. Throws system_error.
[[nodiscard]] std::vector<interface_address> own_addresses();

/// The addresses of a name or of an address as text, without repetition. Throws capability_error
/// with the name and the resolver's words.
[[nodiscard]] std::vector<std::string> resolve(const std::string& name);

/// The address that the kernel would send from to reach `target` (an address); none where there is
/// no route. Sends nothing.
[[nodiscard]] std::optional<std::string> source_towards(const std::string& target);

/// "10.0.0.1:80", "[fd00::1]:80".
[[nodiscard]] std::string endpoint_text(const std::string& address, std::uint16_t port);

/// The one of `own` that `wish` means: an interface's name, an address, or a network
/// "10.0.0.0/16". Throws capability_error that lists what there is, usage_error for a network that
/// does not parse.
[[nodiscard]] std::string pick_address(const std::string& wish,
                                       std::span<const interface_address> own);

/// The address to listen on: `wish` where it is not empty; else the one that reaches `target` (may
/// be empty), unless that is a loopback one; else the one that this host's name resolves to, of the
/// default route, or the first that others can reach. Throws as pick_address does, and
/// capability_error where there is none.
[[nodiscard]] std::string management_address(const std::string& wish, const std::string& target);

}  // namespace railgauge
