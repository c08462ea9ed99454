#include "commerce/seedrule/additions.hpp"

#include "base/assert.hpp"

namespace sluice::commerce {

Source source_of(ActType type) {
    switch (type) {
        case ActType::kPlaced:
        case ActType::kPaid:
        case ActType::kCancelled:
        case ActType::kReturned:
        case ActType::kRefunded: return Source::kOrders;
        case ActType::kDispatched:
        case ActType::kCompleted: return Source::kDeliveries;
        case ActType::kWritten:
        case ActType::kComplained: return Source::kReviews;
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(Source source) {
    switch (source) {
        case Source::kDeliveries: return "deliveries";
        case Source::kOrders: return "orders";
        case Source::kReviews: return "reviews";
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(ActType type) {
    switch (type) {
        case ActType::kPlaced: return type::kOrderPlaced;
        case ActType::kPaid: return type::kOrderPaid;
        case ActType::kCancelled: return type::kOrderCancelled;
        case ActType::kReturned: return type::kOrderReturned;
        case ActType::kRefunded: return type::kOrderRefunded;
        case ActType::kDispatched: return type::kDeliveryDispatched;
        case ActType::kCompleted: return type::kDeliveryCompleted;
        case ActType::kWritten: return type::kReviewWritten;
        case ActType::kComplained: return type::kReviewComplained;
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(Reason reason) {
    switch (reason) {
        case Reason::kNone: return "";
        case Reason::kMember: return "member";
        case Reason::kSeller: return "seller";
        case Reason::kPlatform: return "platform";
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::kNone: return "";
        case Fault::kWish: return "wish";
        case Fault::kSeller: return "seller";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::commerce
