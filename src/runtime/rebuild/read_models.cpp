#include <sluice/rebuild.hpp>

#include "base/clock.hpp"
#include "store/database_url.hpp"
#include "store/generation_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace sluice {

namespace {

/// SQL's exceptions end here.
template <class Do>
auto guarded(Do run) -> decltype(run()) {
    try {
        return run();
    } catch (const SqlError& error) {
        const bool busy = error.kind() == SqlError::Kind::kBusy;
        return Error{busy ? ErrorCode::kUnavailable : ErrorCode::kIo, error.what()};
    }
}

}  // namespace

struct ReadModels::Impl {
    store::GenerationBook book;
    SystemClock clock{};
};

ReadModels::ReadModels(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

ReadModels::ReadModels(ReadModels&& other) noexcept = default;
ReadModels& ReadModels::operator=(ReadModels&& other) noexcept = default;
ReadModels::~ReadModels() = default;

Result<ReadModels> ReadModels::open(const std::string& sqlite_file) {
    return guarded([&]() -> Result<ReadModels> {
        const auto url = store::DatabaseUrl::parse(sqlite_file);
        if (!url) return url.error();
        if (url->kind != store::DatabaseUrl::Kind::kSqlite) {
            return Error{
                ErrorCode::kBadConfig,
                "read models are rebuilt in files of SQLite; this one is on a server"};
        }
        auto book = store::GenerationBook::open(url->sqlite_path);
        if (!book) return book.error();
        return ReadModels{std::make_unique<Impl>(Impl{std::move(book.value())})};
    });
}

Result<std::string> ReadModels::live_file() const {
    const auto models = all();
    if (!models) return models.error();
    for (const ReadModel& model : models.value()) {
        if (model.phase == "live") return model.file;
    }
    return Error{ErrorCode::kCorrupt, "none of the read models is live"};
}

Result<std::vector<ReadModel>> ReadModels::all() const {
    return guarded([&]() -> Result<std::vector<ReadModel>> { return impl_->book.all(); });
}

Result<std::int64_t> ReadModels::ask(const RebuildWish& wish) {
    if (wish.into.empty()) {
        return Error{ErrorCode::kInvalidArgument, "into: name the read model that it is about"};
    }
    return guarded([&]() -> Result<std::int64_t> {
        return impl_->book.ask(wish, impl_->clock.now());
    });
}

Result<RebuildOutcome> ReadModels::outcome(std::int64_t wish) const {
    return guarded([&]() -> Result<RebuildOutcome> {
        auto found = impl_->book.outcome(wish);
        if (!found) {
            return Error{ErrorCode::kNotFound, fmt::format("there is no wish number {}", wish)};
        }
        return std::move(*found);
    });
}

Result<RebuildOutcome> ReadModels::wait_for(std::int64_t wish, Milliseconds timeout) const {
    constexpr std::chrono::milliseconds kLookAgain{50};
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock{mutex};
    while (true) {
        auto found = outcome(wish);
        if (!found || found.value().state != RebuildOutcome::State::kPending) return found;
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) return found;
        never.wait_until(lock, std::min(deadline, now + kLookAgain), [] { return false; });
    }
}

Result<std::vector<TableDifference>> ReadModels::comparison(std::int64_t wish) const {
    return guarded([&]() -> Result<std::vector<TableDifference>> {
        return impl_->book.comparison(wish);
    });
}

}  // namespace sluice
