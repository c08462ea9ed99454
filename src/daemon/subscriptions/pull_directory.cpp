#include "daemon/subscriptions/pull_directory.hpp"

#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <utility>

namespace sluice::daemon {

namespace {

void end(const PullDirectory::SinkPtr& sink) {
    if (!sink) return;
    sink->close();
    sink->abandon();
}

}  // namespace

void PullDirectory::add(const std::string& domain, const std::string& name, SinkPtr sink) {
    SinkPtr before;
    {
        const std::lock_guard lock{mutex_};
        if (closed_) sink->close();
        before = std::exchange(sinks_[{name, domain}], std::move(sink));
    }
    end(before);
}

void PullDirectory::remove(const std::string& domain, const std::string& name) {
    SinkPtr before;
    {
        const std::lock_guard lock{mutex_};
        const auto found = sinks_.find({name, domain});
        if (found == sinks_.end()) return;
        before = std::move(found->second);
        sinks_.erase(found);
    }
    end(before);
}

std::vector<PullDirectory::SinkPtr> PullDirectory::all() const {
    const std::lock_guard lock{mutex_};
    std::vector<SinkPtr> sinks;
    for (const auto& [name, sink] : sinks_) sinks.push_back(sink);
    return sinks;
}

void PullDirectory::abandon() const {
    for (const SinkPtr& sink : all()) sink->abandon();
}

void PullDirectory::close() {
    closed_ = true;
    for (const SinkPtr& sink : all()) sink->close();
}

void PullDirectory::wait_for_answers(std::chrono::milliseconds longest) const {
    const auto until = std::chrono::steady_clock::now() + longest;
    for (const SinkPtr& sink : all()) {
        const auto left = until - std::chrono::steady_clock::now();
        sink->wait_for_answers(std::chrono::duration_cast<Milliseconds>(left));
    }
}

Result<PullDirectory::Found> PullDirectory::find(std::string_view name, std::string_view domain)
    const {
    const std::lock_guard lock{mutex_};
    std::set<std::string_view> names;
    std::vector<std::string_view> domains;
    SinkPtr found;
    for (const auto& [key, sink] : sinks_) {
        names.insert(key.first);
        if (key.first != name || (!domain.empty() && key.second != domain)) continue;
        domains.push_back(key.second);
        found = sink;
    }
    if (domains.size() == 1) return Found{std::string{domains.front()}, std::move(found)};
    if (domains.size() > 1) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "domain: several have a subscription {}: {}",
                event::shown(name),
                fmt::join(domains, ", ")
            )};
    }
    const std::vector<std::string_view> known{names.begin(), names.end()};
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "no subscription {} whose events are pulled{}; there are: {}",
            event::shown(name),
            contract::did_you_mean(name, known),
            known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))
        )};
}

}  // namespace sluice::daemon
