#include "orchestrate/saga_file.hpp"

#include "contract/document.hpp"
#include "contract/node.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

namespace sluice::orchestrate {

namespace {

using contract::Node;
using saga::CommandSpec;
using saga::Definition;
using saga::LockRule;
using saga::StepSpec;
using saga::Via;

constexpr Milliseconds kDay = std::chrono::hours{24};

/// The times of a command; what is absent stays as it is.
void read_times(const Node& node, CommandSpec& command) {
    command.answer_within =
        node.at("answer").duration(Milliseconds{1}, 7 * kDay).value_or(command.answer_within);
    command.attempts_max = static_cast<std::uint32_t>(
        node.at("attempts").count(1, 1'000).value_or(command.attempts_max)
    );
    command.wait_first =
        node.at("first").duration(Milliseconds{1}, kDay).value_or(command.wait_first);
    command.wait_max = node.at("max").duration(Milliseconds{1}, kDay).value_or(command.wait_max);
}

/// `event` or `http`, one of them, and the times.
CommandSpec read_command(const Node& node, const CommandSpec& defaults) {
    CommandSpec command = defaults;
    const Node event = node.at("event");
    const Node http = node.at("http");
    command.via = http.present() ? Via::kHttp : Via::kEvent;
    if (event.present() && http.present()) {
        http.problem("there is an `event` as well: name one of them");
    } else if (!event.present() && !http.present()) {
        node.problem("says to nobody: name the `event` to send, or the `http` URL to post to");
    }
    command.to = (http.present() ? http : event).text().value_or("");
    read_times(node, command);
    return command;
}

void read_undo(const Node& node, const CommandSpec& defaults, StepSpec& step) {
    if (!node.present()) return;
    if (node.json()->is_string()) {
        step.nothing_to_undo = node.text() == "none";
        if (!step.nothing_to_undo) {
            node.problem("is `none`, or names its `event` or `http`, such as {event: stock.release}"
            );
        }
        return;
    }
    node.only({"event", "http", "answer", "attempts", "first", "max"});
    step.undo = read_command(node, defaults);
}

StepSpec read_step(const Node& node, const CommandSpec& defaults) {
    node.only({"name", "event", "http", "undo", "pivot", "answer", "attempts", "first", "max"});
    StepSpec step;
    step.name = node.required("name").text().value_or("");
    step.pivot = node.at("pivot").flag().value_or(false);
    step.command = read_command(node, defaults);
    read_undo(node.at("undo"), defaults, step);
    return step;
}

void read_lock(const Node& node, Definition& definition) {
    if (!node.present()) return;
    node.only({"name", "when_taken"});
    saga::LockSpec lock;
    lock.name = node.required("name").text().value_or("");
    lock.rule = node.at("when_taken")
                    .choice<LockRule>({{"refuse", LockRule::kRefuse}, {"wait", LockRule::kWait}})
                    .value_or(lock.rule);
    definition.lock = std::move(lock);
}

void read_definition(const Node& root, Definition& definition) {
    root.only({"saga", "version", "lock", "limits", "defaults", "steps"});
    definition.name = root.required("saga").text().value_or("");
    definition.version = static_cast<std::uint32_t>(
        root.at("version").count(1, 1'000'000).value_or(definition.version)
    );
    read_lock(root.at("lock"), definition);
    const Node limits = root.at("limits");
    limits.only({"input", "result"});
    definition.input_bytes_max =
        limits.at("input").size(1, std::uint64_t{512} << 10).value_or(definition.input_bytes_max);
    definition.result_bytes_max =
        limits.at("result").size(0, std::uint64_t{64} << 10).value_or(definition.result_bytes_max);
    CommandSpec defaults;
    const Node common = root.at("defaults");
    common.only({"answer", "attempts", "first", "max"});
    read_times(common, defaults);
    const Node steps = root.required("steps");
    if (!steps.present()) return;
    for (const Node& item : steps.items()) definition.steps.push_back(read_step(item, defaults));
}

/// What is wrong with steps and the whole, once every value by itself is right.
void check(const Node& root, const Definition& definition) {
    const std::vector<Node> items = root.at("steps").items();
    bool all_good = true;
    for (std::size_t at = 0; at < items.size(); ++at) {
        const Status step = definition.validate_step(at);
        if (step) continue;
        items[at].problem(step.error().message);
        all_good = false;
    }
    if (!all_good) return;
    if (const Status whole = definition.validate(); !whole) root.problem(whole.error().message);
}

Result<Definition> read_saga(Result<contract::Document> document) {
    if (!document) return document.error();
    contract::Problems problems;
    const Node root = Node::root_of(document.value(), problems);
    Definition definition;
    read_definition(root, definition);
    if (problems.empty()) check(root, definition);
    if (!problems.empty()) return problems.error();
    return definition;
}

}  // namespace

Result<Definition> load_saga(const std::string& path) {
    return read_saga(contract::Document::read(path));
}

Result<Definition> parse_saga(const std::string& path, std::string_view text) {
    return read_saga(contract::Document::parse(path, text));
}

Result<std::vector<Definition>> load_sagas(const std::vector<std::string>& paths) {
    std::vector<Definition> all;
    std::map<std::pair<std::string, std::uint32_t>, std::string> files;
    for (const std::string& path : paths) {
        auto definition = load_saga(path);
        if (!definition) return definition.error();
        const auto [first, is_new] =
            files.emplace(std::pair{definition->name, definition->version}, path);
        if (!is_new) {
            return Error{
                ErrorCode::kBadConfig,
                fmt::format(
                    "{}: saga {} version {} is defined in {} already: give this one another "
                    "version, or take it out",
                    path,
                    definition->name,
                    definition->version,
                    first->second
                )};
        }
        all.push_back(std::move(definition).value());
    }
    return all;
}

}  // namespace sluice::orchestrate
