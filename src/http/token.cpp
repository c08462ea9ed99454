#include "http/token.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace sluice::http {

namespace {

constexpr std::string_view kTokenPrefix = "sluice_";
constexpr std::string_view kHashPrefix = "sha256:";
constexpr std::string_view kBearer = "bearer ";
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kHashDigits = 64;

/// RFC 4648, 5, without padding.
std::string to_base64url(const std::array<unsigned char, kTokenBytes>& bytes) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned held = 0;
    unsigned bits = 0;
    for (const unsigned char byte : bytes) {
        held = held << 8U | byte;
        for (bits += 8; bits >= 6; bits -= 6) text.push_back(kLetters[held >> (bits - 6) & 63U]);
    }
    if (bits > 0) text.push_back(kLetters[held << (6 - bits) & 63U]);
    return text;
}

}  // namespace

std::string new_token() {
    std::array<unsigned char, kTokenBytes> bytes{};
    SLUICE_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
    return std::string{kTokenPrefix} + to_base64url(bytes);
}

std::string token_hash(std::string_view token) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    SLUICE_ASSERT(
        EVP_Digest(token.data(), token.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1
    );
    std::string text{kHashPrefix};
    for (unsigned at = 0; at < size; ++at) text += fmt::format("{:02x}", digest[at]);
    return text;
}

bool is_token_hash(std::string_view text) {
    if (!text.starts_with(kHashPrefix)) return false;
    text.remove_prefix(kHashPrefix.size());
    return text.size() == kHashDigits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string_view bearer_token(std::string_view authorization) {
    if (authorization.size() <= kBearer.size()) return {};
    const std::string_view scheme = authorization.substr(0, kBearer.size());
    const bool is_bearer =
        std::equal(scheme.begin(), scheme.end(), kBearer.begin(), [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
        });
    return is_bearer ? authorization.substr(kBearer.size()) : std::string_view{};
}

}  // namespace sluice::http
