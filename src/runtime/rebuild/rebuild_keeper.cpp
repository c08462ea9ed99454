#include "runtime/rebuild/rebuild_keeper.hpp"

#include "runtime/domain/retry_open.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <system_error>
#include <utility>

namespace sluice::runtime {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBooksLookedAtEvery{200};

/// A file per service; it holds the path of its read model.
fs::path notes_in(const fs::path& directory) {
    return directory / "services";
}

std::string note_name(const std::string& domain, const std::string& service) {
    return domain + "." + service;
}

}  // namespace

Status RebuildKeeper::add(RebuiltService::Options options) {
    auto service = std::make_unique<RebuiltService>(engine_, clock_, std::move(options));
    if (Status opened = service->open(); !opened) return opened;
    if (Status left = leave_note(service->options()); !left) return left;
    services_.push_back(std::move(service));
    return ok();
}

Status RebuildKeeper::leave_note(const RebuiltService::Options& of) const {
    std::error_code failed;
    fs::create_directories(notes_in(directory_), failed);
    const fs::path path = notes_in(directory_) / note_name(of.domain, of.name);
    std::ofstream note{path, std::ios::trunc};
    note << of.sqlite_file << '\n';
    note.close();
    if (!failed && note) return ok();
    return Error{ErrorCode::kIo, path.string() + ": cannot be written"};
}

Result<std::string> RebuildKeeper::find(
    const fs::path& directory, const std::string& domain, const std::string& service
) {
    std::vector<fs::path> found;
    std::vector<std::string> there;
    std::error_code none;
    for (const auto& note : fs::directory_iterator{notes_in(directory), none}) {
        const std::string name = note.path().filename().string();
        const auto dot = name.find('.');
        if (dot == std::string::npos) continue;
        there.push_back(name.substr(dot + 1));
        const bool fits = domain.empty() || name.substr(0, dot) == domain;
        if (fits && there.back() == service) found.push_back(note.path());
    }
    std::string path;
    if (found.size() == 1) {
        std::ifstream in{found.front()};
        std::getline(in, path);
    }
    if (!path.empty()) return path;
    std::sort(there.begin(), there.end());
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "{}: no service of that name{} can be rebuilt here; there {}",
            service,
            found.size() > 1 ? " in one domain alone (--domain)" : "",
            there.empty() ? "is none" : fmt::format("are {}", fmt::join(there, ", "))
        )};
}

Status RebuildKeeper::start() {
    if (services_.empty()) return ok();
    thread_ = std::jthread{[this](const std::stop_token& stop) { look(stop); }};
    return ok();
}

void RebuildKeeper::look(const std::stop_token& stop) {
    std::mutex waiting;
    std::condition_variable_any wake;
    std::unique_lock lock{waiting};
    while (!stop.stop_requested()) {
        for (const auto& service : services_) {
            const Status looked = service->look(stop);
            if (looked || can_reopen(looked.error().code)) continue;  // a log without time: later
            const std::lock_guard failing{mutex_};
            failure_ = looked.error().at("rebuilds of " + service->options().name);
            return;
        }
        wake.wait_for(lock, stop, kBooksLookedAtEvery, [] { return false; });
    }
}

Status RebuildKeeper::stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
    return failure();
}

Status RebuildKeeper::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

}  // namespace sluice::runtime
