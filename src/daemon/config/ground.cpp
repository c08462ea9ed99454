#include "daemon/config/ground.hpp"

#include "contract/document.hpp"
#include "contract/load.hpp"
#include "daemon/config/setup.hpp"

#include <filesystem>
#include <memory>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr const char* kConfigInPlace = "sluice.yaml";

Result<Ground> ground_of(const std::string& path) {
    const auto document = contract::Document::read(path);
    if (!document) return document.error();
    Ground ground;
    const nlohmann::json& root = document->root();
    if (root.is_object() && root.contains("asyncapi")) {
        auto contract = contract::load_contract_file(path);
        if (!contract) return contract.error();
        ground.contracts.push_back(
            std::make_shared<const contract::Contract>(std::move(contract).value())
        );
        return ground;
    }
    auto setup = load_setup(path);
    if (!setup) return setup.error();
    ground.config = std::move(setup->config);
    ground.config_path = path;
    for (LoadedContract& one : setup->contracts)
        ground.contracts.push_back(std::move(one.contract));
    return ground;
}

/// A data directory, or one that has it as `log`, as a commerce run makes it.
std::string data_of(const std::filesystem::path& state) {
    std::error_code none;
    const std::filesystem::path inside = state / "log";
    return (std::filesystem::exists(inside / "FORMAT", none) ? inside : state).string();
}

/// A directory keeps the contracts of its domains.
Result<Ground> with_kept_contracts(Ground ground) {
    auto kept = kept_contracts(ground.config.data);
    if (!kept) return kept.error();
    ground.contracts = std::move(kept).value();
    return ground;
}

}  // namespace

Result<Ground> find_ground(const GroundTarget& target) {
    std::error_code none;
    std::string path = target.config;
    const bool here = target.state.empty() && std::filesystem::exists(kConfigInPlace, none);
    if (path.empty() && here) path = kConfigInPlace;
    Result<Ground> ground = path.empty() ? Result<Ground>{Ground{}} : ground_of(path);
    if (!ground) return ground;
    Config& config = ground->config;
    if (!target.state.empty()) {
        config.data = data_of(target.state);
        config.kafka.reset();
        ground->config_path.reset();
    }
    if (ground->contracts.empty() && !target.state.empty())
        return with_kept_contracts(std::move(ground).value());
    if (target.kafka.empty()) return ground;
    auto brokers = log::kafka::parse_address(target.kafka);
    if (!brokers) return brokers.error().at("--kafka");
    if (!config.kafka) config.kafka.emplace();
    config.kafka->bootstrap = std::move(brokers).value();
    return ground;
}

}  // namespace sluice::daemon
