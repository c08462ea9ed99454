#include "daemon/subscriptions/definition.hpp"

#include "contract/node.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

std::string topic_of(const Json& definition) {
    const auto topic = definition.find("topic");
    return topic != definition.end() && topic->is_object() ? topic->value("name", std::string{})
                                                           : std::string{};
}

/// Who writes to that topic already; empty: nobody.
std::string writer_of(const SubscriptionConfig& one, const Surroundings& around) {
    if (one.topic.empty()) return {};
    for (const SubscriptionConfig& other : around.setup.config.subscriptions) {
        if (other.topic == one.topic) return other.name;
    }
    for (const auto& [name, entry] : around.catalog.entries()) {
        if (name != one.name && topic_of(entry.definition) == one.topic) return name;
    }
    return {};
}

std::string start_of(const Json& definition) {
    return definition.value("start", std::string{"beginning"});
}

}  // namespace

Result<SubscriptionConfig> define(const Body& body, const Surroundings& around) {
    contract::Problems problems;
    const SubscriptionPlace place{
        around.setup.config.push_guard,
        std::filesystem::path{around.setup.path}.parent_path(),
        around.environment,
        false};
    SubscriptionConfig one =
        read_subscription(contract::Node::root_of(body.document, problems), place);
    std::vector<std::string> lines;
    for (std::string& line : problems.lines()) {
        lines.push_back(in_words_of(body.wording, std::move(line)));
    }
    if (lines.empty()) {  // else it may miss what is only broken
        lines = subscription_problems(one, around.setup.contracts);
        if (const std::string writer = writer_of(one, around); !writer.empty()) {
            lines.push_back(fmt::format(
                "the subscription '{}' writes to the topic '{}' already: listeners could not tell "
                "an event from one that is written again",
                writer,
                one.topic
            ));
        }
    }
    for (const Status& valid : {one.dispatcher.validate(), one.breaker.validate()}) {
        if (!valid) lines.push_back(valid.error().message);
    }
    if (lines.empty()) return one;
    return Error{ErrorCode::kInvalidArgument, fmt::format("{}", fmt::join(lines, "\n"))};
}

const SubscriptionConfig* in_file(const Setup& setup, std::string_view name) {
    const auto& all = setup.config.subscriptions;
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const auto& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

Status may_replace(const Catalog::Entry& before, const SubscriptionConfig& after) {
    const auto stays = [&](std::string_view what, std::string_view was, std::string_view now) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "{}: '{}' is '{}' for as long as it lives, and cannot become '{}': delete it, or "
                "make another one beside it",
                what,
                before.name,
                was,
                now
            )};
    };
    if (after.name != before.name) return stays("id", before.name, after.name);
    if (after.domain != before.domain) return stays("domain", before.domain, after.domain);
    const std::string was = start_of(before.definition);
    const std::string now = after.start == Start::kNow ? "now" : "beginning";
    if (was != now) return stays("start", was, now);
    return ok();
}

}  // namespace sluice::daemon
