#include "deliver/push/signature.hpp"

#include "base/assert.hpp"
#include "event/base64.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sluice::deliver::push {

namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kKeyBytesMin = 24;
constexpr std::size_t kKeyBytesMax = 64;
constexpr std::size_t kIdBytes = 16;

const unsigned char* bytes_of(std::string_view text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): so the C interface wants it
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto* made = HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        bytes_of(text),
        text.size(),
        digest.data(),
        &size
    );
    SLUICE_ASSERT(made != nullptr);  // it fails for want of memory only
    return {digest.begin(), digest.begin() + size};
}

}  // namespace

Result<Secret> Secret::parse(std::string_view text) {
    if (!text.starts_with(kPrefix)) {
        return Error{
            ErrorCode::kInvalidArgument, "a secret is \"whsec_\" and the base64 of 24 to 64 bytes"};
    }
    auto key = event::from_base64(text.substr(kPrefix.size()));
    if (!key) {
        return Error{
            ErrorCode::kInvalidArgument, "what follows \"whsec_\" is no base64, with its padding"};
    }
    if (key->size() < kKeyBytesMin || key->size() > kKeyBytesMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "it has {} bytes; a secret has {} to {}", key->size(), kKeyBytesMin, kKeyBytesMax
            )};
    }
    return Secret{*std::move(key)};
}

std::string signatures(
    const std::vector<Secret>& secrets,
    std::string_view id,
    std::int64_t unix_seconds,
    std::string_view body
) {
    const std::string signed_text = fmt::format("{}.{}.{}", id, unix_seconds, body);
    std::string all;
    for (const Secret& secret : secrets) {
        if (!all.empty()) all += ' ';
        all += "v1," + event::to_base64(hmac_sha256(secret.key(), signed_text));
    }
    return all;
}

std::string webhook_id(const std::vector<std::string_view>& parts) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{
        EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    SLUICE_ASSERT(
        context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1
    );
    for (const std::string_view part : parts) {
        const std::string length = fmt::format("{}:", part.size());  // {"ab","c"} is not {"a","bc"}
        EVP_DigestUpdate(context.get(), length.data(), length.size());
        EVP_DigestUpdate(context.get(), part.data(), part.size());
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
    std::string id = "msg_";
    for (std::size_t at = 0; at < kIdBytes; ++at) id += fmt::format("{:02x}", digest[at]);
    return id;
}

}  // namespace sluice::deliver::push
