#pragma once

#include <sluice/event.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::deliver::push {

/// How a request carries events (CloudEvents HTTP protocol binding 1.0.2).
enum class Mode : std::uint8_t {
    kBinary,      ///< attributes in headers `ce-…`, data as the body
    kStructured,  ///< one event as JSON
    kBatch,       ///< consecutive events of one subject, as a JSON list
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// A request's own part of what is sent: headers, and the body.
struct Message {
    HeaderList headers;
    std::string body;

    bool operator==(const Message&) const = default;
};

[[nodiscard]] Message binary_message(const Event& event);
[[nodiscard]] Message structured_message(const Event& event);
[[nodiscard]] Message batch_message(std::span<const Event> events);

/// As the binding wants a header's value: blanks, '"', '%' and all beyond ASCII as %XX of its
/// UTF-8.
[[nodiscard]] std::string percent_encoded(std::string_view value);

}  // namespace sluice::deliver::push
