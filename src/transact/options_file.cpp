#include "transact/options_file.hpp"

#include "contract/document.hpp"
#include "contract/node.hpp"
#include "store/connect/connect.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

namespace sluice::transact {

namespace {

constexpr Milliseconds kHour = std::chrono::hours{1};

void read_databases(const contract::Node& node, TwoPhaseOptions& options) {
    for (const auto& [name, place] : node.members()) {
        std::string url = place.text().value_or("");
        const auto parsed = store::DatabaseUrl::parse(url);
        if (!parsed) place.problem(parsed.error().message);
        options.databases.emplace(name, std::move(url));
    }
    if (node.present() && options.databases.empty()) {
        node.problem("names no database, such as north: postgresql://points@db.example/points");
    }
}

void read_options(const contract::Node& root, TwoPhaseOptions& options) {
    root.only({"coordinator", "log", "databases", "within", "look_every", "acts_max"});
    const contract::Node coordinator = root.required("coordinator");
    options.coordinator = coordinator.text().value_or("");
    if (!options.coordinator.empty() && !twophase::is_coordinator_name(options.coordinator)) {
        coordinator.problem("is 1 to 20 of a-z, 0-9 and -, a letter first");
    }
    options.directory = root.required("log").text().value_or("");
    read_databases(root.required("databases"), options);
    options.within = root.at("within").duration(Milliseconds{1}, kHour).value_or(options.within);
    options.look_every =
        root.at("look_every").duration(Milliseconds{10}, kHour).value_or(options.look_every);
    options.acts_max = root.at("acts_max").count(1, 1'000).value_or(options.acts_max);
}

Result<TwoPhaseOptions> read_document(
    const std::string& path, const Result<contract::Document>& document
) {
    if (!document) return document.error();
    contract::Problems problems;
    TwoPhaseOptions options;
    read_options(contract::Node::root_of(document.value(), problems), options);
    if (!problems.empty()) return problems.error();
    const auto beside = std::filesystem::path{path}.parent_path();
    options.directory = (beside / options.directory).string();
    return options;
}

}  // namespace

Result<TwoPhaseOptions> parse_options(const std::string& path, std::string_view text) {
    return read_document(path, contract::Document::parse(path, text));
}

DeskOptions desk_options(const TwoPhaseOptions& options) {
    DeskOptions desk;
    desk.rules.coordinator = options.coordinator;
    desk.rules.vote_within = options.within;
    desk.look_every = options.look_every;
    desk.acts_max = options.acts_max;
    return desk;
}

Result<Desk::Databases> databases_of(const TwoPhaseOptions& options) {
    if (options.databases.empty()) {
        return Error{ErrorCode::kBadConfig, "no databases: an act needs at least one"};
    }
    Desk::Databases databases;
    for (const auto& [name, text] : options.databases) {
        auto url = store::DatabaseUrl::parse(text);
        if (!url) return url.error().at(name);
        databases.emplace(name, [url = std::move(url).value()] {
            return store::open_branch_session(url);
        });
    }
    return databases;
}

}  // namespace sluice::transact

namespace sluice {

Result<TwoPhaseOptions> TwoPhaseOptions::read(const std::string& path) {
    return transact::read_document(path, contract::Document::read(path));
}

}  // namespace sluice
