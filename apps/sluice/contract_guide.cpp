#include "apps/sluice/contract.hpp"
#include "apps/sluice/made_subscriptions.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/shape_reads.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/wording.hpp"
#include "guide/field.hpp"
#include "guide/guide.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::app {

namespace {

namespace fs = std::filesystem;

struct GuideOptions {
    std::string contract;
    std::string config;  ///< empty: nobody subscribes, as far as it is known
    std::string out;
    bool json{false};
};

/// Of the domain's subscriptions, those that `sluice.yaml` has, and those that its daemon was
/// given.
Result<std::vector<daemon::SubscriptionConfig>> subscriptions_of(
    const std::string& path, const std::string& domain
) {
    std::vector<daemon::SubscriptionConfig> found;
    if (path.empty()) return found;
    auto config = daemon::load_config(path);
    if (!config) return config.error();
    std::vector<daemon::SubscriptionConfig> made = made_subscriptions(config.value());
    for (auto* all : {&config.value().subscriptions, &made}) {
        for (daemon::SubscriptionConfig& one : *all) {
            if (one.domain == domain) found.push_back(std::move(one));
        }
    }
    return found;
}

/// As they are written.
std::string filters_of(const daemon::SubscriptionConfig& one) {
    const auto written = nlohmann::json::parse(one.written, nullptr, false);
    return written.is_object() && written.contains("filters") ? written["filters"].dump()
                                                              : std::string{};
}

Result<std::vector<guide::Subscriber>> subscribers_of(
    const std::string& path, const std::string& domain
) {
    const auto configured = subscriptions_of(path, domain);
    if (!configured) return configured.error();
    std::vector<guide::Subscriber> subscribers;
    for (const daemon::SubscriptionConfig& one : configured.value()) {
        guide::Subscriber subscriber{
            one.name,
            {one.types.begin(), one.types.end()},
            filters_of(one),
            {},
            one.shape.jq,
            one.shape.personal,
            one.shape.versions};
        for (const project::FieldPath& path_kept : one.shape.keep) {
            subscriber.keep.push_back(path_kept.text());
        }
        subscribers.push_back(std::move(subscriber));
    }
    return subscribers;
}

Status write_file(const fs::path& path, const std::string& bytes) {
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (out) return ok();
    return Error{
        ErrorCode::kIo,
        fmt::format(
            "{}: cannot be written; is it a directory of yours, with room?", path.string()
        )};
}

int write_guide(const GuideOptions& options) {
    const auto source = contract::load_source(options.contract);
    if (!source) return fail(source.error());
    const auto subscribers = subscribers_of(options.config, source.value().contract.domain);
    if (!subscribers) return fail(subscribers.error());
    const std::vector<guide::File> files = guide::make_guide(source.value(), subscribers.value());
    for (const guide::File& one : files) {
        if (Status written = write_file(fs::path{options.out} / one.path, one.bytes); !written) {
            return fail(written.error());
        }
    }
    fmt::print(
        "{} about {}: open {}\n",
        daemon::counted(static_cast<std::int64_t>(files.size()), "file"),
        daemon::counted(static_cast<std::int64_t>(source.value().messages.size()), "event type"),
        (fs::path{options.out} / "index.html").string()
    );
    return daemon::kExitDone;
}

/// Who can see the field, of those that want the type.
std::vector<std::string> readers_of(
    const std::vector<daemon::SubscriptionConfig>& subscriptions,
    const std::string& type,
    const guide::Field& field
) {
    std::vector<std::string> readers;
    for (const daemon::SubscriptionConfig& one : subscriptions) {
        const bool withheld = field.personal && !one.shape.personal;
        if (deliver::is_wanted(one.types, type) && !withheld &&
            daemon::reads(one.shape, field.path)) {
            readers.push_back(one.name);
        }
    }
    return readers;
}

int show_usage(const GuideOptions& options) {
    const auto source = contract::load_source(options.contract);
    if (!source) return fail(source.error());
    const auto subscriptions = subscriptions_of(options.config, source.value().contract.domain);
    if (!subscriptions) return fail(subscriptions.error());
    nlohmann::json all = nlohmann::json::array();
    for (const auto& [type, schema] : source.value().schemas) {
        for (const guide::Field& field : guide::fields_of(schema)) {
            const auto readers = readers_of(subscriptions.value(), type, field);
            if (options.json) {
                all.push_back({{"type", type}, {"path", field.path}, {"readers", readers}});
            } else {
                fmt::print(
                    "{} {}: {}\n",
                    type,
                    field.path,
                    readers.empty() ? "nobody" : fmt::format("{}", fmt::join(readers, ", "))
                );
            }
        }
    }
    if (options.json) fmt::print("{}\n", all.dump(2));
    return daemon::kExitDone;
}

}  // namespace

void add_contract_guide(CLI::App& contract, int& exit_code) {
    CLI::App& guide = *contract.add_subcommand(
        "guide", "Write the pages that a consumer team needs: HTML and Markdown, English and Korean"
    );
    auto options = std::make_shared<GuideOptions>();
    guide.add_option("FILE", options->contract, "The contract")->type_name("PATH")->required();
    guide
        .add_option(
            "--out",
            options->out,
            "Directory of the pages; made if need be, files of the same names are replaced"
        )
        ->type_name("DIR")
        ->required();
    guide.add_option("-c,--config", options->config, "Show who of its subscriptions gets what")
        ->type_name("FILE");
    guide.callback([options, &exit_code] { exit_code = write_guide(*options); });
    CLI::App& usage = *contract.add_subcommand("usage", "Which field of which event who can see");
    auto asked = std::make_shared<GuideOptions>();
    usage.add_option("FILE", asked->contract, "The contract")->type_name("PATH")->required();
    usage.add_option("-c,--config", asked->config, "The configuration with the subscriptions")
        ->type_name("FILE")
        ->required();
    usage.add_flag("--json", asked->json, "A list of {type, path, readers}");
    usage.callback([asked, &exit_code] { exit_code = show_usage(*asked); });
}

}  // namespace sluice::app
