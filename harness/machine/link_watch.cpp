#include "harness/machine/link_watch.hpp"

#include <ifaddrs.h>
#include <net/if.h>

#include <memory>
#include <optional>

namespace railgauge {

namespace {

std::optional<std::set<std::string>> interfaces_with_link() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return std::nullopt;
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
    std::set<std::string> names;
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        if ((each->ifa_flags & IFF_RUNNING) != 0) {
            names.insert(each->ifa_name);
        }
    }
    return names;
}

}  // namespace

link_watch::link_watch() : at_first_(interfaces_with_link().value_or(std::set<std::string>())) {}

std::vector<std::string> link_watch::changes() {
    std::vector<std::string> found;
    const auto now = interfaces_with_link();
    if (!now) {
        return found;
    }
    for (const std::string& name : at_first_) {
        const bool has_link = now->count(name) != 0;
        if (!has_link && lost_.insert(name).second) {
            found.push_back(name + " has lost its link");
        } else if (has_link && lost_.erase(name) != 0) {
            found.push_back(name + " has its link again");
        }
    }
    return found;
}

}  // namespace railgauge
