#include "commerce/dataset/raw.hpp"

#include "base/assert.hpp"

#include <array>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::array<std::pair<RawStatus, std::string_view>, 8> kStatuses{{
    {RawStatus::kCreated, "created"},
    {RawStatus::kApproved, "approved"},
    {RawStatus::kProcessing, "processing"},
    {RawStatus::kInvoiced, "invoiced"},
    {RawStatus::kShipped, "shipped"},
    {RawStatus::kDelivered, "delivered"},
    {RawStatus::kUnavailable, "unavailable"},
    {RawStatus::kCanceled, "canceled"},
}};

}  // namespace

std::string_view to_string(RawStatus status) {
    for (const auto& [known, text] : kStatuses) {
        if (known == status) return text;
    }
    SLUICE_UNREACHABLE();
}

std::optional<RawStatus> raw_status(std::string_view text) {
    for (const auto& [status, known] : kStatuses) {
        if (known == text) return status;
    }
    return std::nullopt;
}

std::string raw_statuses() {
    std::string all;
    for (const auto& [status, text] : kStatuses) {
        if (!all.empty()) all += ", ";
        all += text;
    }
    return all;
}

std::int64_t RawOrder::goods() const {
    std::int64_t sum = 0;
    for (const RawItem& item : items) sum += item.price;
    return sum;
}

std::int64_t RawOrder::freight() const {
    std::int64_t sum = 0;
    for (const RawItem& item : items) sum += item.freight;
    return sum;
}

std::int64_t RawOrder::paid() const {
    std::int64_t sum = 0;
    for (const RawPayment& payment : payments) sum += payment.amount;
    return sum;
}

}  // namespace sluice::commerce
