#pragma once

#include "daemon/config/config.hpp"
#include "daemon/operations/backend.hpp"
#include "http/client.hpp"

#include <optional>
#include <string>
#include <utility>

namespace sluice::daemon {

/// The answers of a running daemon, over its API.
/// Threads:  any.
/// Failure:  as Backend; kUnavailable when nobody answers there any more.
class Remote final : public Backend {
public:
    /// `token`: empty where nobody asks for one. The daemon's certificate names it as others know
    /// it; who can read its file in the data directory believes it without.
    explicit Remote(const Address& api, std::string token = {}, bool tls = false)
        : client_{api.host, api.port, {}, tls ? std::optional{http::ClientTls{{}, false}} : std::nullopt},
          token_{std::move(token)} {}

    /// Whether a daemon answers there, be it only to ask for a token.
    [[nodiscard]] bool answers() const;

    /// Any resource of the API that answers with an object.
    [[nodiscard]] Result<Json> ask(http::Request request) const { return get(std::move(request)); }

    [[nodiscard]] Result<Json> status() const override;
    [[nodiscard]] Result<Json> stuck(
        std::string_view cursor, std::size_t limit, const runtime::StuckFilter& filter
    ) const override;
    [[nodiscard]] Result<RecordPage> show(const ShowQuery& query) const override;
    [[nodiscard]] Result<Json> why(std::string_view subject) const override;
    [[nodiscard]] Result<Json> trace(std::string_view subject, std::size_t limit) const override;
    [[nodiscard]] Result<StateReply> state(const StateQuery& query) const override;
    [[nodiscard]] Result<Json> preview(const CommandRequest& request) const override;
    [[nodiscard]] Result<Json> command(const CommandRequest& request) override;
    [[nodiscard]] Result<Json> topics() const override;
    [[nodiscard]] Result<TopicEnds> ends(
        const std::string& topic, std::optional<std::uint64_t> seen
    ) const override;
    [[nodiscard]] Result<RecordPage> records(const RecordQuery& query) const override;
    [[nodiscard]] Result<std::vector<Result<Published>>> publish(std::span<const Event> events
    ) override;

private:
    [[nodiscard]] Result<http::Response> send(http::Request request) const;
    void sign(http::Request& request) const;
    [[nodiscard]] Result<Json> get(http::Request request) const;

    http::Client client_;
    std::string token_;
};

}  // namespace sluice::daemon
