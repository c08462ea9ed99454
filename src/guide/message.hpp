#pragma once

#include "contract/load_source.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sluice::guide {

/// Who publishes an event, as an operation of the document with `action: send` tells it.
struct Publisher {
    std::string name;              ///< its title, or its key
    const nlohmann::json* told{};  ///< the operation: when, in its summary or description
};

/// What the document says of one event type for people.
struct Message {
    std::string type;
    std::string
        file;  ///< the name of its page: the type, of letters, digits, '.', '-' and '_'; each once
    const nlohmann::json* told{};                    ///< the message
    std::vector<const contract::Channel*> channels;  ///< on which it travels
    std::vector<Publisher> publishers;
    std::string version;     ///< `x-version`; empty: none
    std::string deprecated;  ///< `x-deprecated`: until when, and what instead; empty: no
    nlohmann::json sample;   ///< of its data
    bool sample_is_given{false};
};

/// All event types of the contract, by name. The source outlives them.
[[nodiscard]] std::vector<Message> messages_of(const contract::ContractSource& source);

}  // namespace sluice::guide
