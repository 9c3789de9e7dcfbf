#include "harness/launch/assembly.hpp"

#include "harness/launch/message.hpp"

namespace railgauge {

std::string failure_reply(const error& failure) {
    return message_writer()
        .put(static_cast<std::int32_t>(failure.status()))
        .put(std::string_view(failure.what()))
        .take();
}

std::vector<std::string> sealed_replies(const assembly::chair& answer,
                                        std::span<const std::string> messages) {
    std::vector<std::string> replies;
    try {
        replies = answer(messages);
        for (std::string& reply : replies) {
            reply = message_writer().put(std::int32_t{0}).put(std::string_view(reply)).take();
        }
    } catch (const error& failure) {
        replies.assign(messages.size(), failure_reply(failure));
    }
    return replies;
}

std::string open_reply(const std::string& reply) {
    message_reader reader(reply);
    const auto status = reader.get<std::int32_t>();
    std::string text = reader.text();
    if (status != 0) {
        throw told_error(static_cast<exit_status>(status), text);
    }
    return text;
}

}  // namespace railgauge
