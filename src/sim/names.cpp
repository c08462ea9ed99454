#include "base/assert.hpp"
#include "sim/history.hpp"

#include <fmt/format.h>

namespace sluice::sim {

std::string subject_name(std::uint32_t subject) {
    return fmt::format("order-{}", subject);
}

const char* source_of(Kind kind) {
    switch (kind) {
        case Kind::kMade:
        case Kind::kChanged:
        case Kind::kClosed: return "/a";
        case Kind::kSent: return "/b";
        case Kind::kDone: return "/c";
        case Kind::kNoted: return "/d";
    }
    SLUICE_UNREACHABLE();
}

const char* type_of(Kind kind) {
    switch (kind) {
        case Kind::kMade: return "a.made";
        case Kind::kChanged: return "a.changed";
        case Kind::kClosed: return "a.closed";
        case Kind::kSent: return "b.sent";
        case Kind::kDone: return "c.done";
        case Kind::kNoted: return "d.noted";
    }
    SLUICE_UNREACHABLE();
}

const char* channel_of(Kind kind) {
    switch (kind) {
        case Kind::kMade:
        case Kind::kClosed: return "shop.a";
        case Kind::kChanged: return "shop.a2";
        case Kind::kSent: return "shop.b";
        case Kind::kDone:
        case Kind::kNoted: return "shop.c";
    }
    SLUICE_UNREACHABLE();
}

std::string id_of(const EventSpec& event) {
    // Of unnumbered events the parcel is the place: /c sends one per parcel, /d counts its notes.
    const std::uint64_t place = event.number > 0 ? event.number : event.parcel;
    return fmt::format("{}{}.{}", subject_name(event.subject), source_of(event.kind), place);
}

}  // namespace sluice::sim
