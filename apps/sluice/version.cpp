#include "daemon/version.hpp"

#include "apps/sluice/commands.hpp"
#include "daemon/render/json.hpp"

#include <fmt/format.h>

#include <memory>

namespace sluice::app {

std::string version_line() {
    return fmt::format(
        "sluice {} (RocksDB {}, SQLite {})",
        daemon::kVersion,
        daemon::kRocksDbVersion,
        daemon::kSqliteVersion
    );
}

void add_version(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand("version", "Say which build this is");
    auto as_json = std::make_shared<bool>(false);
    command.add_flag("--json", *as_json, "As one JSON object");
    command.callback([as_json, &exit_code] {
        exit_code = 0;
        if (*as_json) {
            const daemon::Json json{
                {"version", daemon::kVersion},
                {"rocksdb", daemon::kRocksDbVersion},
                {"sqlite", daemon::kSqliteVersion}};
            fmt::print("{}\n", daemon::to_text(json));
            return;
        }
        fmt::print("{}\n", version_line());
    });
}

}  // namespace sluice::app
