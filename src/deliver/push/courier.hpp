#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "deliver/push/address_guard.hpp"
#include "deliver/push/answer.hpp"
#include "deliver/push/message.hpp"
#include "deliver/push/target.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace sluice::deliver::push {

struct CourierOptions {
    Target target;
    AddressGuard guard;
    std::size_t connections_max{32};  ///< each carries one request at a time
    Milliseconds connect{5'000};      ///< to one address, TLS included
    Milliseconds answer{15'000};      ///< of a request, from its first byte to its answer's last
    Milliseconds idle{30'000};        ///< a connection that nobody needs for so long is closed
    std::string ca_file;              ///< who vouches for the target; empty: the system's
};

/// What goes to the target; `Host` and the length are the courier's to say.
struct Request {
    std::string method{"POST"};
    HeaderList headers;
    std::string body;
};

/// Nothing of it was sent, and why.
struct NotSent {
    std::string why;
};

/// It was sent, in part or whole, and no whole answer came.
struct NoAnswer {
    std::string why;
};

/// Its maker did not want it sent any more.
struct Withheld {};

using Reply = std::variant<Answer, NotSent, NoAnswer, Withheld>;

struct CourierProbe {
    std::atomic<std::uint64_t> connections_opened{0};
    std::atomic<std::size_t> connections_now{0};
};

/// Carries requests to one target over a bounded pool of kept connections; what finds none free
/// waits in line. A name is resolved here, each address is checked, and what was checked is what
/// is connected to. Redirects are not followed. A kept connection that the target had closed
/// meanwhile is not the request's fault: it is sent anew, once, on a fresh one.
/// Threads:  any may `send` and `cancel`; makers and replies run on the courier's own thread, and
///           must not wait.
/// Lifetime: what they capture outlives it; the destructor cancels, and waits for a resolver that
///           is under way.
/// Failure:  each request is replied to once.
/// Limits:   CourierOptions; 64 KiB of an answer's body are kept, 16 KiB of its head are read. The
///           line is as long as its callers make it.
class Courier {
public:
    /// Called when it is about to be written, so that what it says of the time is true; nothing: it
    /// is not wanted any more.
    using Maker = std::function<std::optional<Request>()>;
    using OnReply = std::function<void(Reply)>;

    /// kBadConfig: the file of authorities cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<Courier>> open(CourierOptions options);

    ~Courier();
    Courier(Courier&&) = delete;

    void send(Maker maker, OnReply on_reply);

    /// What waits or is under way is replied to soon, without an answer.
    void cancel();

    [[nodiscard]] const CourierProbe& probe() const;

private:
    struct Impl;
    explicit Courier(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::deliver::push
