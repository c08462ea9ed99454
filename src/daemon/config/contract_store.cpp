#include "daemon/config/contract_store.hpp"

#include "contract/load.hpp"
#include "log/embedded/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace sluice::daemon {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFolder = "contracts";

}  // namespace

Status keep_contract(const fs::path& data, std::string_view domain, std::string_view text) {
    const fs::path folder = data / kFolder;
    if (const Status made = log::make_directory(folder); !made) return made;
    const fs::path path = folder / fmt::format("{}.yaml", domain);
    if (fs::exists(path)) {
        const Result<std::string> there = log::read_file(path);
        if (there && there.value() == text) return ok();
    }
    return log::write_file_durably(path, text);
}

Result<std::vector<ContractPtr>> kept_contracts(const fs::path& data) {
    std::vector<fs::path> paths;
    std::error_code none;  // no such folder: no contracts
    for (const auto& entry : fs::directory_iterator{data / kFolder, none}) {
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<ContractPtr> contracts;
    std::string problems;
    for (const fs::path& path : paths) {
        auto loaded = contract::load_contract_file(path.string());
        if (loaded) {
            contracts.push_back(std::make_shared<const contract::Contract>(std::move(loaded).value()
            ));
        } else {
            problems += fmt::format("{}{}", problems.empty() ? "" : "\n", loaded.error().message);
        }
    }
    if (!problems.empty()) return Error{ErrorCode::kBadConfig, std::move(problems)};
    return contracts;
}

}  // namespace sluice::daemon
