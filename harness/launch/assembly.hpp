// Ranks that do not know each other yet, and how rank 0 speaks with each of them: over MPI, or over
// connections of their own. What they settle there is in seat_finding.hpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/error.hpp"

namespace railgauge {

/// What rank 0 has told all ranks: rank 0 says it to the user, the others need not.
class told_error : public error {
public:
    using error::error;
};

class assembly {
public:
    /// From every rank's message, in rank order, a reply to each.
    using chair = std::function<std::vector<std::string>(std::span<const std::string>)>;

    assembly() = default;
    virtual ~assembly() = default;
    assembly(const assembly&) = delete;
    assembly& operator=(const assembly&) = delete;

    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int size() const = 0;
    /// Collective: `mine` goes to rank 0, where `answer` is called; returns the reply to this
    /// rank. An error thrown by `answer` is thrown on every rank, as told_error with its status and
    /// text.
    [[nodiscard]] virtual std::string consult(const std::string& mine, const chair& answer) = 0;
};

/// For implementations: calls `answer`, and makes what it throws a reply to all.
[[nodiscard]] std::vector<std::string> sealed_replies(const assembly::chair& answer,
                                                      std::span<const std::string> messages);
/// The reply that tells a failure.
[[nodiscard]] std::string failure_reply(const error& failure);
/// What one of these holds; throws the told_error that it is.
[[nodiscard]] std::string open_reply(const std::string& reply);

}  // namespace railgauge
