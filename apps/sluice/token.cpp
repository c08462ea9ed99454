#include "http/token.hpp"

#include "apps/sluice/commands.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/json.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace sluice::app {

void add_token(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "token", "Make a token for the API, and the hash that sluice.yaml keeps"
    );
    auto as_json = std::make_shared<bool>(false);
    command.add_flag("--json", *as_json, "As one JSON object");
    command.callback([as_json, &exit_code] {
        exit_code = daemon::kExitDone;
        const std::string token = http::new_token();
        const std::string hash = http::token_hash(token);
        if (*as_json) {
            const daemon::Json json{{"token", token}, {"hash", hash}};
            fmt::print("{}\n", daemon::to_text(json));
            return;
        }
        fmt::print("token: {}\nhash:  {}\n", token, hash);
    });
}

}  // namespace sluice::app
