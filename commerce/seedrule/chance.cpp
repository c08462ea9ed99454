#include "commerce/seedrule/chance.hpp"

#include <fmt/format.h>

namespace sluice::commerce {

namespace {

class Fnv1a {
public:
    void add(std::string_view bytes) {
        for (const char byte : bytes) {
            value_ ^= static_cast<unsigned char>(byte);
            value_ *= 1'099'511'628'211ULL;
        }
    }

    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_{14'695'981'039'346'656'037ULL};
};

std::uint64_t fmix64(std::uint64_t k) {
    k ^= k >> 33;
    k *= 0xff51afd7ed558ccdULL;
    k ^= k >> 33;
    k *= 0xc4ceb9fe1a85ec53ULL;
    k ^= k >> 33;
    return k;
}

}  // namespace

std::uint64_t Chance::hash(std::string_view order, std::string_view purpose) const {
    Fnv1a fnv;
    fnv.add(fmt::format_int{seed_}.c_str());
    fnv.add("|");
    fnv.add(order);
    fnv.add("|");
    fnv.add(purpose);
    return fmix64(fnv.value());
}

}  // namespace sluice::commerce
