#pragma once

#include "contract/load_source.hpp"
#include "guide/guide.hpp"
#include "guide/message.hpp"
#include "guide/words.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::guide {

/// What pages are made of; all of it outlives them.
struct View {
    const contract::ContractSource& source;
    std::span<const Message> messages;
    std::span<const Subscriber> subscribers;
    const Words& words;
    std::string_view ending;  ///< of the pages that links lead to: ".html"
};

// Pages as Markdown.
[[nodiscard]] std::string index_page(const View& view);
[[nodiscard]] std::string event_page(const View& view, const Message& message);

}  // namespace sluice::guide
