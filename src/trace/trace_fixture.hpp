#pragma once

#include "trace/span.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::trace::test {

/// Keeps what it is given.
class SpanList final : public SpanSink {
public:
    void take(std::vector<SpanPtr> spans) override {
        const std::lock_guard lock{mutex_};
        for (SpanPtr& span : spans) spans_.push_back(std::move(span));
    }

    /// All so far, in their order.
    [[nodiscard]] std::vector<SpanPtr> drain() {
        const std::lock_guard lock{mutex_};
        return std::exchange(spans_, {});
    }

private:
    std::mutex mutex_;
    std::vector<SpanPtr> spans_;
};

/// An attribute as text; "" when it is not there.
inline std::string attribute(const Span& span, std::string_view name) {
    for (const auto& [key, value] : span.attributes) {
        if (key != name) continue;
        if (const auto* text = std::get_if<std::string>(&value)) return *text;
        if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
        return std::to_string(std::get<std::int64_t>(value));
    }
    return {};
}

inline constexpr std::string_view kStart =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
inline constexpr std::string_view kOtherStart =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
inline constexpr std::string_view kNotSampled =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

}  // namespace sluice::trace::test
