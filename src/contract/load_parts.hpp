#pragma once

#include "contract/contract.hpp"
#include "contract/node.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The steps of loading a contract. Only load*.cpp include this.
namespace sluice::contract::parts {

/// What the document says for all that says nothing itself.
struct Defaults {
    Validation validation{Validation::kEnforce};
    std::string content_type;
    std::vector<std::string> looked_up;  ///< texts in the contract's tables
};

/// Where each type was read, so that rules can be checked when all types are known.
using MessageNodes = std::map<std::string, Node, std::less<>>;

/// `x-sluice` at the root. `defaults` takes what holds for channels.
void load_domain(const Node& sluice, Contract& contract, Defaults& defaults);

/// `channels` and their messages.
void load_channels(
    const Node& channels, const Defaults& defaults, Contract& contract, MessageNodes& messages
);

/// `plain` of a channel whose types are known: how records that are no CloudEvents events are read.
void load_plain(const Node& plain, const Contract& contract, Channel& channel);

/// One message: its schema, and what `x-sluice` says of it. Answers its event type; empty: it has
/// none.
[[nodiscard]] std::string load_message(
    std::string_view key,
    const Node& message,
    const Defaults& defaults,
    Contract& contract,
    MessageNodes& messages
);

/// `x-sluice.versions` of a message; `newest`: where the schema of its payload stands, which is
/// that of the newest version. Before all rules are looked at.
void load_versions(
    const Node& versions,
    const std::optional<Node>& newest,
    const std::vector<std::string>& looked_up,
    MessageType& type
);

/// `x-sluice.tables`.
void load_tables(const Node& tables, Contract& contract, Defaults& defaults);

/// A jq program and its place; empty where there is none.
[[nodiscard]] CastProgram program_of(const Node& node);

/// `x-sluice.reducer`; after all types, whose personal fields the state may hold.
void load_reducer(const Node& reducer, Contract& contract);

/// `ordered`: the domain's one topic is in order already. Refuses by name what is a sequencer's.
void load_given(
    const Node& sluice, const Node& channels, const MessageNodes& messages, Contract& contract
);

/// Every type that a rule names must be one, and the rules must not lead in a circle.
void check_rules(Contract& contract, const MessageNodes& messages);

[[nodiscard]] std::optional<Validation> validation_of(const Node& node);

/// 1 to 249 of [a-zA-Z0-9._-], and not "." or "..": what Kafka takes.
[[nodiscard]] bool is_topic_name(std::string_view name);

}  // namespace sluice::contract::parts
