#include "daemon/metrics/health.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace sluice::daemon {

namespace {

constexpr int kUnavailable = 503;
constexpr const char* kText = "text/plain; charset=utf-8";

std::string_view trouble_of(Phase phase) {
    switch (phase) {
        case Phase::kStarting: return "starting";
        case Phase::kReady: return "";
        case Phase::kDraining: return "stopping: nothing new is taken";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

http::Response Health::live() {
    return {200, kText, "ok\n"};
}

http::Response Health::ready(const http::Request& request) const {
    std::string text;
    bool all = true;
    const auto check = [&](std::string_view name, std::string_view trouble) {
        all = all && trouble.empty();
        text += trouble.empty() ? fmt::format("[+]{} ok\n", name)
                                : fmt::format("[-]{} failed: {}\n", name, trouble);
    };
    check("ping", "");
    const bool broken = log_ != nullptr && log_->errors_total.load(std::memory_order_relaxed) != 0;
    check("log", broken ? "the disk answered an error" : "");
    const Status failure = engine_.failure();
    check("engine", failure ? std::string{} : failure.error().message);
    check("intake", trouble_of(phase_.load()));
    text += fmt::format("readyz check {}\n", all ? "passed" : "failed");
    if (!all) return {kUnavailable, kText, std::move(text)};
    return {200, kText, request.query.contains("verbose") ? std::move(text) : "ok\n"};
}

}  // namespace sluice::daemon
