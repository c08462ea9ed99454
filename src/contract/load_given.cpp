#include "contract/load_parts.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::contract::parts {

namespace {

constexpr std::string_view kNoSequencer =
    "is for a sequencer, and this domain has none: x-sluice.ordered says that its topic is in "
    "order already";

void refuse(const Node& node, std::string_view name) {
    if (node.at(name).present()) node.at(name).problem(fmt::format("'{}' {}", name, kNoSequencer));
}

void refuse_in_domain(const Node& sluice) {
    constexpr std::array kNames{
        "sources",
        "gap",
        "waiting",
        "closing",
        "forget",
        "start",
        "retention",
        "reducer",
        "invalid",
        "changed"};
    for (const char* name : kNames) refuse(sluice, name);
}

void refuse_in_messages(const MessageNodes& messages) {
    constexpr std::array kNames{"after", "after-any", "if-seen", "same", "closes"};
    for (const auto& [type, message] : messages) {
        for (const char* name : kNames) refuse(message.at("x-sluice"), name);
    }
}

/// Who sequences counts what is only warned of.
void check_validation(const Node& domain, const Node& channel, const Channel& loaded) {
    if (loaded.validation != Validation::kWarn) return;
    const Node own = channel.at("x-sluice").at("validation");
    (own.present() ? own : domain.at("validation"))
        .problem("'warn' counts what a sequencer reads, and this domain has none: enforce, or off");
}

void check_channel(const Node& sluice, const Node& node, const Contract& contract) {
    const Channel& channel = contract.channels.front();
    const Node ordered = sluice.at("ordered");
    const auto topic = ordered.required("topic").text();
    if (topic && *topic != channel.topic) {
        ordered.at("topic").problem(fmt::format(
            "{} is not the topic of channel {}, which is {}",
            event::shown(*topic),
            event::shown(channel.name),
            event::shown(channel.topic)
        ));
    }
    if (channel.partitions != contract.homes) {
        node.at("bindings")
            .at("kafka")
            .at("partitions")
            .problem(fmt::format(
                "{} partitions, and x-sluice.homes is {}: where the topic is in order already, "
                "they "
                "are one number",
                channel.partitions,
                contract.homes
            ));
    }
    check_validation(sluice, node, channel);
    if (channel.others == Others::kForeign && contract.given->positions == Positions::kContiguous) {
        node.at("x-sluice")
            .at("others")
            .problem("what is passed over leaves a hole in contiguous positions: let others pass");
    }
    if (!channel.plain) return;
    refuse(node.at("x-sluice").at("plain"), "number");
    if (contract.given->positions != Positions::kOffset) {
        node.at("x-sluice")
            .at("plain")
            .problem(
                "records that are no events have no subjectposition; it goes with positions: offset"
            );
    }
}

}  // namespace

void load_given(
    const Node& sluice, const Node& channels, const MessageNodes& messages, Contract& contract
) {
    const Node ordered = sluice.at("ordered");
    if (!ordered.present()) return;
    ordered.only({"topic", "positions", "epoch", "lost"});
    GivenOrder given;
    given.positions = ordered.required("positions")
                          .choice<Positions>(
                              {{"offset", Positions::kOffset},
                               {"contiguous", Positions::kContiguous},
                               {"rising", Positions::kRising}}
                          )
                          .value_or(given.positions);
    given.epoch =
        static_cast<std::uint32_t>(ordered.at("epoch").count(1, kEpochMax).value_or(given.epoch));
    given.lost = ordered.at("lost")
                     .choice<LostPolicy>({{"stop", LostPolicy::kStop}, {"pass", LostPolicy::kPass}})
                     .value_or(given.lost);
    contract.given = given;
    refuse_in_domain(sluice);
    refuse_in_messages(messages);
    if (contract.channels.size() == 1) {
        check_channel(sluice, channels.members().front().second, contract);
    } else if (contract.channels.size() > 1) {
        ordered.problem(fmt::format(
            "the contract has {} channels: only one topic can be in order already; the events of "
            "several need a sequencer",
            contract.channels.size()
        ));
    }
}

}  // namespace sluice::contract::parts
