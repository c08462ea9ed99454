#include "runtime/inspect/verify.hpp"

#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::app {

namespace {

using runtime::Verification;

constexpr std::string_view kOrdered = ".ordered";

Result<std::vector<std::string>> domains_of(const log::Log& log) {
    const auto topics = log.topics();
    if (!topics) return topics.error();
    std::vector<std::string> domains;
    for (const log::TopicSpec& topic : topics.value()) {
        if (!topic.name.ends_with(kOrdered)) continue;
        domains.push_back(topic.name.substr(0, topic.name.size() - kOrdered.size()));
    }
    return domains;
}

std::string text_of(const std::string& domain, const Verification& found) {
    std::string text = fmt::format(
        "{}: {} records of {} subjects folded, {} stored histories compared, {} wrong\n",
        domain,
        found.records,
        found.subjects,
        found.stored,
        found.wrong
    );
    for (const std::string& finding : found.findings) text += fmt::format("  {}\n", finding);
    if (found.wrong > found.findings.size()) {
        text += fmt::format("  and {} more\n", found.wrong - found.findings.size());
    }
    return text;
}

daemon::Json json_of(const std::string& domain, const Verification& found) {
    return {
        {"domain", domain},
        {"records", found.records},
        {"subjects", found.subjects},
        {"stored", found.stored},
        {"wrong", found.wrong},
        {"findings", found.findings}};
}

int verify(daemon::Connection& connection, bool as_json) {
    if (connection.remote) {
        return fail(Error{
            ErrorCode::kUnavailable,
            "a daemon runs there, and its state moves: stop it before it is verified"});
    }
    const auto domains = domains_of(*connection.log);
    if (!domains) return fail(domains.error());
    std::string text;
    daemon::Json all = daemon::Json::array();
    bool holds = true;
    for (const std::string& domain : domains.value()) {
        const auto found = runtime::verify(*connection.log, domain);
        if (!found) return fail(found.error());
        holds = holds && found.value().wrong == 0;
        text += text_of(domain, found.value());
        all.push_back(json_of(domain, found.value()));
    }
    if (!put(as_json ? daemon::to_text(all) + "\n" : text)) return put_failed();
    return holds ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

}  // namespace

void add_verify(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "verify", "Fold the ordered topics again: every position, and the state against them"
    );
    auto as_json = std::make_shared<bool>(false);
    command.add_flag("--json", *as_json, "As a JSON array, a domain each");
    const TargetPtr target = add_target(command);
    command.callback([as_json, target, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kRead,
            [&](const daemon::Place& /*place*/, daemon::Connection& connection) {
                return verify(connection, *as_json);
            }
        );
    });
}

}  // namespace sluice::app
