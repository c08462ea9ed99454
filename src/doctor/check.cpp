#include "doctor/check.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::doctor {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::kOk: return "ok";
        case Verdict::kWarn: return "warn";
        case Verdict::kFail: return "fail";
    }
    SLUICE_UNREACHABLE();
}

Verdict worst_of(const std::vector<Check>& checks) {
    Verdict worst = Verdict::kOk;
    for (const Check& check : checks) worst = std::max(worst, check.verdict);
    return worst;
}

std::string to_text(const Check& check) {
    const std::string advice = check.advice.empty() ? "" : " -> " + check.advice;
    return fmt::format(
        "{:<4} {}: {}{}", to_string(check.verdict), check.what, check.detail, advice
    );
}

}  // namespace sluice::doctor
