#include "commerce/run/input.hpp"

#include "commerce/dataset/load.hpp"
#include "commerce/dataset/write.hpp"
#include "commerce/generate/generate.hpp"
#include "commerce/produce/publications.hpp"
#include "commerce/seedrule/files.hpp"
#include "commerce/seedrule/seed_rule.hpp"

#include <filesystem>
#include <utility>

namespace sluice::commerce {

namespace {

Result<RawData> raw_orders(const Workspace& workspace, const Progress& progress) {
    const RunOptions& options = workspace.options();
    // The last file to be written tells that the others are there.
    const bool generated = options.data.empty();
    if (generated && !std::filesystem::exists(workspace.raw() / kReviewsFile)) {
        progress("generating orders", 0, options.orders);
        const RawData raw = generate_raw(options.orders, options.seed);
        if (const Status written = write_raw(raw, workspace.raw().string()); !written)
            return written.error();
    }
    progress("reading orders", 0, 0);
    return load_raw(workspace.raw().string());
}

Result<Additions> additions_to(
    const RawData& raw, const Workspace& workspace, const Progress& progress
) {
    const std::string directory = workspace.additions().string();
    progress("applying the seed rule", 0, raw.orders.size());
    if (std::filesystem::exists(workspace.additions() / kSummaryFile)) {
        return read_additions(raw, workspace.options().seed, directory);
    }
    auto made = make_additions(raw, workspace.options().seed);
    if (!made.has_value()) return made;
    if (const Status written = write_additions(raw, made.value(), directory); !written)
        return written.error();
    return made;
}

}  // namespace

Result<RunInput> prepare_input(const Workspace& workspace, const Progress& progress) {
    auto raw = raw_orders(workspace, progress);
    if (!raw.has_value()) return raw.error();
    auto additions = additions_to(raw.value(), workspace, progress);
    if (!additions.has_value()) return additions.error();
    const Summary summary = summarize(raw.value(), additions.value());
    if (const Status floors = check_floors(summary); !floors) return floors.error();
    if (const Status placeable = Publications::check(raw.value(), additions.value()); !placeable) {
        return placeable.error();
    }
    return RunInput{std::move(raw).value(), std::move(additions).value(), summary};
}

}  // namespace sluice::commerce
