#include "tests/databases/server.hpp"

#include "tests/child/line_process.hpp"

#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace sluice::test {

DatabaseServer::DatabaseServer(const std::string& kind)
    : process_{std::make_unique<LineProcess>(std::vector<std::string>{
          "env", SLUICE_DATABASE_PATHS, "python3", SLUICE_DATABASE_SCRIPT, kind})} {
    constexpr std::string_view kReady = "ready ";
    constexpr std::string_view kMissing = "missing ";
    const std::string told = process_->line();
    if (told.starts_with(kReady))
        url_ = told.substr(kReady.size());
    else if (told.starts_with(kMissing))
        missing_ = told.substr(kMissing.size());
    else
        throw std::runtime_error{kind + ": " + told};
}

DatabaseServer::~DatabaseServer() = default;

DatabaseServer& DatabaseServer::shared(const std::string& kind) {
    static std::map<std::string, DatabaseServer> servers;
    return servers.try_emplace(kind, kind).first->second;
}

std::string DatabaseServer::url(const std::string& database) const {
    return url_.substr(0, url_.rfind('/') + 1) + database;
}

void DatabaseServer::kill() {
    process_->say("kill");
    static_cast<void>(process_->expect("ok"));
}

void DatabaseServer::start() {
    process_->say("start");
    static_cast<void>(process_->expect("ok"));
}

}  // namespace sluice::test
