#include "doctor/reach.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace sluice::doctor {

namespace {

using log::kafka::Complaint;
using log::kafka::KafkaOptions;

bool has(std::string_view text, std::string_view piece) {
    return text.find(piece) != std::string_view::npos;
}

/// "sasl_ssl://host:9093/bootstrap: why (after 3ms in state CONNECT)" into its parts.
Obstacle parts_of(std::string_view text) {
    Obstacle obstacle;
    const std::size_t scheme = text.find("://");
    if (scheme != std::string_view::npos && scheme < text.find(' ')) text.remove_prefix(scheme + 3);
    const std::size_t slash = text.find('/');
    const std::size_t colon = text.find(": ");
    if (slash != std::string_view::npos && colon != std::string_view::npos && slash < colon) {
        obstacle.host = text.substr(0, slash);
        obstacle.bootstrap = text.substr(slash + 1, colon - slash - 1) == "bootstrap";
        text.remove_prefix(colon + 2);
    }
    obstacle.words = text.substr(0, text.find(" (after "));
    return obstacle;
}

Layer layer_of(std::string_view code, std::string_view text) {
    if (code == "_RESOLVE") return Layer::kDns;
    if (code == "_AUTHENTICATION" || code == "SASL_AUTHENTICATION_FAILED") return Layer::kSasl;
    if (has(code, "AUTHORIZATION_FAILED")) return Layer::kAcl;
    if (code == "_SSL" || has(text, "SSL_HANDSHAKE") || has(text, "SSL handshake"))
        return Layer::kTls;
    if (has(text, "state AUTH") || has(text, "SASL")) return Layer::kSasl;
    if (has(text, "ApiVersion")) return Layer::kProtocol;
    if (has(text, "Connect to ") || has(text, "state CONNECT")) return Layer::kTcp;
    if (code == "_TRANSPORT" || code == "_TIMED_OUT") return Layer::kTcp;
    return Layer::kUnknown;
}

std::string advice_for(const Obstacle& obstacle, const KafkaOptions& options) {
    switch (obstacle.layer) {
        case Layer::kDns:
            return obstacle.bootstrap ? "correct the name in kafka.address, or this machine's DNS"
                                      : "the broker advertises this name: its advertised.listeners "
                                        "must name what resolves here";
        case Layer::kTcp:
            return obstacle.bootstrap ? "is a broker listening there, on that port, and does a "
                                        "firewall let us through?"
                                      : "the broker advertises this address: its "
                                        "advertised.listeners must name what is reachable "
                                        "from here";
        case Layer::kTls:
            return "is that a TLS listener, is its certificate of a CA in ssl.ca.location, and "
                   "does it name this host?";
        case Layer::kSasl:
            return fmt::format(
                "check sasl.mechanism, and name and password of {}; brokers keep SCRAM users "
                "themselves",
                principal_of(options)
            );
        case Layer::kAcl:
            return fmt::format(
                "{} may not do that: sluice doctor --acl lists what it needs", principal_of(options)
            );
        case Layer::kProtocol:
            return fmt::format(
                "no Kafka broker speaks {} there: is security.protocol the listener's, and the "
                "port a broker's?",
                protocol_of(options)
            );
        case Layer::kUnknown: return "";
    }
    SLUICE_UNREACHABLE();
}

/// Lower cased, since librdkafka takes it either way.
std::string setting_of(
    const KafkaOptions& options, const std::string& name, std::string otherwise
) {
    const auto found = options.properties.find(name);
    if (found == options.properties.end()) return otherwise;
    std::string value = found->second;
    std::transform(value.begin(), value.end(), value.begin(), [](unsigned char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a')
                                              : static_cast<char>(letter);
    });
    return value;
}

}  // namespace

std::string_view to_string(Layer layer) {
    switch (layer) {
        case Layer::kDns: return "DNS";
        case Layer::kTcp: return "TCP";
        case Layer::kTls: return "TLS";
        case Layer::kSasl: return "SASL";
        case Layer::kAcl: return "ACL";
        case Layer::kProtocol: return "protocol";
        case Layer::kUnknown: return "unknown";
    }
    SLUICE_UNREACHABLE();
}

std::optional<Obstacle> obstacle_of(const Complaint& complaint) {
    if (complaint.code == "_ALL_BROKERS_DOWN") return std::nullopt;
    Obstacle obstacle = parts_of(complaint.text);
    obstacle.layer = layer_of(complaint.code, complaint.text);
    return obstacle;
}

std::string protocol_of(const KafkaOptions& options) {
    return setting_of(options, "security.protocol", "plaintext");
}

std::string principal_of(const KafkaOptions& options) {
    const std::string protocol = protocol_of(options);
    if (has(protocol, "sasl")) {
        const auto name = options.properties.find("sasl.username");
        if (name != options.properties.end() && !options.secret.contains(name->first))
            return "User:" + name->second;
        return "the user of sasl.mechanism " + setting_of(options, "sasl.mechanism", "gssapi");
    }
    const bool certificate = options.properties.contains("ssl.certificate.location") ||
                             options.properties.contains("ssl.certificate.pem") ||
                             options.properties.contains("ssl.keystore.location");
    if (protocol == "ssl" && certificate) return "the subject of its certificate";
    return "User:ANONYMOUS";
}

void check_reach(
    const std::vector<Complaint>& complaints,
    const KafkaOptions& options,
    bool reached,
    Checks& checks
) {
    std::set<std::pair<std::string, Layer>> told;  // the same trouble comes in several words
    for (const Complaint& complaint : complaints) {
        const auto obstacle = obstacle_of(complaint);
        if (!obstacle || !told.emplace(obstacle->host, obstacle->layer).second) continue;
        const std::string what = obstacle->host.empty() ? "reach" : "reach " + obstacle->host;
        const std::string detail =
            fmt::format("{}: {}", to_string(obstacle->layer), obstacle->words);
        const std::string advice = advice_for(*obstacle, options);
        reached ? checks.warn(what, detail, advice) : checks.fail(what, detail, advice);
    }
    if (reached || !told.empty()) return;
    checks.fail(
        "reach " + options.bootstrap,
        "no answer in time, and librdkafka does not say why",
        "is the cluster up? A firewall that drops packets looks like this; --patience gives it "
        "longer"
    );
}

}  // namespace sluice::doctor
