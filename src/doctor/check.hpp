#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::doctor {

enum class Verdict : std::uint8_t { kOk, kWarn, kFail };

[[nodiscard]] std::string_view to_string(Verdict verdict);

/// One thing that was looked at: "warn topic order.placed: retention is 1 h … -> …".
struct Check {
    Verdict verdict{Verdict::kOk};
    std::string what;    ///< "topic order.placed"
    std::string detail;  ///< what was found
    std::string advice;  ///< what to do; empty: nothing

    bool operator==(const Check&) const = default;
};

/// Checks in the order in which they were made.
class Checks {
public:
    void ok(std::string what, std::string detail) {
        add(Verdict::kOk, std::move(what), std::move(detail), {});
    }

    void warn(std::string what, std::string detail, std::string advice) {
        add(Verdict::kWarn, std::move(what), std::move(detail), std::move(advice));
    }

    void fail(std::string what, std::string detail, std::string advice) {
        add(Verdict::kFail, std::move(what), std::move(detail), std::move(advice));
    }

    [[nodiscard]] const std::vector<Check>& all() const { return checks_; }

    [[nodiscard]] std::size_t size() const { return checks_.size(); }

private:
    void add(Verdict verdict, std::string what, std::string detail, std::string advice) {
        checks_.push_back({verdict, std::move(what), std::move(detail), std::move(advice)});
    }

    std::vector<Check> checks_;
};

[[nodiscard]] Verdict worst_of(const std::vector<Check>& checks);

/// "warn topic order.placed: … -> …"
[[nodiscard]] std::string to_text(const Check& check);

}  // namespace sluice::doctor
