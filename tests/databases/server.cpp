#include "tests/databases/server.hpp"

#include "tests/child/line_process.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace sluice::test {

namespace {

std::vector<std::string> command(const std::string& kind, const std::vector<std::string>& options) {
    std::vector<std::string> words{
        "env", SLUICE_DATABASE_PATHS, "python3", SLUICE_DATABASE_SCRIPT, kind};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

}  // namespace

DatabaseServer::DatabaseServer(const std::string& kind)
    : DatabaseServer{kind, std::vector<std::string>{}} {}

DatabaseServer::DatabaseServer(const std::string& kind, Secured)
    : DatabaseServer{kind, std::vector<std::string>{"secured"}} {}

DatabaseServer::DatabaseServer(const std::string& kind, const std::vector<std::string>& options)
    : process_{std::make_unique<LineProcess>(command(kind, options))} {
    constexpr std::string_view kReady = "ready ";
    constexpr std::string_view kMissing = "missing ";
    const std::string told = process_->line();
    if (told.starts_with(kReady)) {
        const std::size_t blank = std::min(told.find(' ', kReady.size()), told.size());
        url_ = told.substr(kReady.size(), blank - kReady.size());
        certificate_ = told.substr(std::min(blank + 1, told.size()));
    } else if (told.starts_with(kMissing)) {
        missing_ = told.substr(kMissing.size());
    } else {
        throw std::runtime_error{kind + ": " + told};
    }
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
