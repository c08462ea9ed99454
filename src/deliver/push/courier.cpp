#include "deliver/push/courier.hpp"

#include "deliver/push/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <memory>
#include <set>
#include <thread>
#include <utility>

namespace sluice::deliver::push {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kAddressesKept{5};
constexpr std::chrono::seconds kLookupMax{30};

IpAddress address_of(const asio::ip::address& given) {
    IpAddress address;
    const asio::ip::address_v6 v6 =
        given.is_v6() ? given.to_v6()
                      : asio::ip::make_address_v6(asio::ip::v4_mapped, given.to_v4());
    const auto bytes = v6.to_bytes();
    std::copy(bytes.begin(), bytes.end(), address.bytes.begin());
    return address;
}

}  // namespace

// All of it on the courier's thread, but `post`.
struct Courier::Impl {
    struct Errand {
        Maker maker;
        OnReply on_reply;
        std::uint64_t round{};
    };

    /// A question to name servers. It cannot be called back: who has asked may go before the
    /// answer.
    struct Lookup {
        explicit Lookup(asio::io_context& io) : resolver{io}, over{io, kLookupMax} {}

        tcp::resolver resolver;
        asio::steady_timer over;  ///< cancelled by the answer, and when all is given up
        bool answered{false};
        error_code error;
        tcp::resolver::results_type results;
    };

    explicit Impl(CourierOptions given) : options{std::move(given)} {}

    void run() { io.run(); }

    void accept(Errand errand) {
        if (stopping) {
            errand.on_reply(NotSent{"given up"});
            return;
        }
        errand.round = round;
        waiting.push_back(std::move(errand));
        if (!resting.empty()) {
            resting.back()->cancel();
            resting.pop_back();
        } else if (links.size() + starting < options.connections_max) {
            ++starting;
            asio::co_spawn(io, serve(), [](const std::exception_ptr& thrown) {
                if (thrown) std::rethrow_exception(thrown);  // a bug of ours ends the process
            });
        }
    }

    /// A connection's life: carries what waits, rests, and ends when nobody needs it.
    asio::awaitable<void> serve() {
        Link link{io, tls, options};
        --starting;
        links.insert(&link);
        probe.connections_now = links.size();
        asio::steady_timer timer{io};
        while (!stopping) {
            if (waiting.empty()) {
                if (!link.is_open() || !co_await rested(timer)) break;
                continue;
            }
            Errand errand = std::move(waiting.front());
            waiting.pop_front();
            co_await carry(link, errand);
        }
        links.erase(&link);
        probe.connections_now = links.size();
    }

    /// False: it rested to the end.
    asio::awaitable<bool> rested(asio::steady_timer& timer) {
        resting.push_back(&timer);
        timer.expires_after(options.idle);
        error_code error;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        const auto found = std::find(resting.begin(), resting.end(), &timer);
        const bool was_woken = found == resting.end();
        if (!was_woken) resting.erase(found);
        co_return was_woken || !waiting.empty();
    }

    asio::awaitable<void> carry(Link& link, Errand& errand) {
        bool is_fresh = false;
        while (true) {
            if (!link.is_open()) {
                is_fresh = true;
                const auto why = co_await dial(link);
                if (why) {
                    miss(errand, *why);
                    co_return;
                }
            }
            if (errand.round != round) {
                errand.on_reply(NotSent{"given up"});
                co_return;
            }
            const std::optional<Request> request = errand.maker();
            if (!request) {
                errand.on_reply(Withheld{});
                co_return;
            }
            auto got = co_await link.exchange(*request);
            if (auto* answer = std::get_if<Answer>(&got)) {
                errand.on_reply(std::move(*answer));
                co_return;
            }
            const auto& lost = std::get<LostExchange>(got);
            if (lost.untouched && !is_fresh && errand.round == round) continue;
            errand.on_reply(NoAnswer{lost.why});
            co_return;
        }
    }

    /// Nobody was reached: without another connection, what waits would only find the same.
    void miss(Errand& errand, const std::string& why) {
        errand.on_reply(NotSent{why});
        const bool has_others =
            std::any_of(links.begin(), links.end(), [](const Link* one) { return one->is_open(); });
        if (!has_others) turn_away(why);
    }

    void turn_away(const std::string& why) {
        for (Errand& errand : std::exchange(waiting, {})) errand.on_reply(NotSent{why});
    }

    /// Why there is no connection.
    asio::awaitable<std::optional<std::string>> dial(Link& link) {
        if (std::chrono::steady_clock::now() >= addresses_until) {
            const auto why = co_await find_addresses();
            if (why) co_return why;
        }
        const Link::Endpoints endpoints = addresses;  // they may be found anew meanwhile
        const auto why = co_await link.connect(endpoints);
        if (why) {
            addresses_until = {};
            co_return why;
        }
        ++probe.connections_opened;
        co_return std::nullopt;
    }

    /// Only those that pass the guard are kept, and nothing else is connected to.
    asio::awaitable<std::optional<std::string>> find_addresses() {
        const Target& target = options.target;
        std::vector<asio::ip::address> found;
        error_code error;
        if (const auto literal = asio::ip::make_address(target.host, error); !error) {
            found.push_back(literal);
        } else {
            const auto lookup = std::make_shared<Lookup>(io);
            co_await look_up(lookup);
            if (!lookup->answered) {
                co_return fmt::format("{}: no name server has answered", target.host);
            }
            if (lookup->error) {
                co_return fmt::format("{}: {}", target.host, lookup->error.message());
            }
            for (const auto& one : lookup->results) found.push_back(one.endpoint().address());
        }
        Link::Endpoints allowed;
        std::string why = fmt::format("{} has no address", target.host);
        for (const auto& address : found) {
            if (const Status checked = options.guard.check(address_of(address)); !checked) {
                why = fmt::format("{}: {}", target.host, checked.error().message);
                continue;
            }
            allowed.emplace_back(address, target.port);
        }
        if (allowed.empty()) co_return why;
        addresses = std::move(allowed);
        addresses_until = std::chrono::steady_clock::now() + kAddressesKept;
        co_return std::nullopt;
    }

    asio::awaitable<void> look_up(const std::shared_ptr<Lookup>& lookup) {
        const Target& target = options.target;
        lookup->resolver.async_resolve(
            target.host,
            fmt::to_string(target.port),
            tcp::resolver::numeric_service,
            [lookup](const error_code& error, tcp::resolver::results_type results) {
                lookup->answered = true;
                lookup->error = error;
                lookup->results = std::move(results);
                lookup->over.cancel();
            }
        );
        lookups.insert(lookup.get());
        error_code ignored;
        co_await lookup->over.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        lookups.erase(lookup.get());
    }

    void cancel_all() {
        ++round;
        turn_away("given up");
        for (Lookup* lookup : lookups) lookup->over.cancel();
        for (Link* link : links) link->close();
    }

    void stop() {
        stopping = true;
        cancel_all();
        for (asio::steady_timer* timer : std::exchange(resting, {})) timer->cancel();
        work.reset();
    }

    CourierOptions options;
    CourierProbe probe;
    asio::ssl::context tls{asio::ssl::context::tls_client};
    std::deque<Errand> waiting;
    std::vector<asio::steady_timer*> resting;
    std::set<Link*> links;
    std::set<Lookup*> lookups;
    std::size_t starting{0};
    std::uint64_t round{0};  ///< raised by each cancel
    bool stopping{false};
    Link::Endpoints addresses;
    std::chrono::steady_clock::time_point addresses_until{};
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::jthread thread;  ///< last: joins before what it uses goes
};

Result<std::unique_ptr<Courier>> Courier::open(CourierOptions options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    error_code error;
    const std::string& ca_file = impl->options.ca_file;
    impl->tls.set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
        asio::ssl::context::no_tlsv1_1
    );
    impl->tls.set_verify_mode(asio::ssl::verify_peer);
    if (ca_file.empty()) {
        static_cast<void>(impl->tls.set_default_verify_paths(error));  // told by `error`
    } else {
        static_cast<void>(impl->tls.load_verify_file(ca_file, error));
    }
    if (error) {
        return Error{ErrorCode::kBadConfig, fmt::format("{}: {}", ca_file, error.message())};
    }
    return std::unique_ptr<Courier>{new Courier{std::move(impl)}};
}

Courier::Courier(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {
    impl_->thread = std::jthread{[this] { impl_->run(); }};
}

Courier::~Courier() {
    asio::post(impl_->io, [this] { impl_->stop(); });
    impl_->thread.join();
}

void Courier::send(Maker maker, OnReply on_reply) {
    Impl::Errand errand{std::move(maker), std::move(on_reply)};
    asio::post(impl_->io, [this, errand = std::move(errand)]() mutable {
        impl_->accept(std::move(errand));
    });
}

void Courier::cancel() {
    asio::post(impl_->io, [this] { impl_->cancel_all(); });
}

const CourierProbe& Courier::probe() const {
    return impl_->probe;
}

}  // namespace sluice::deliver::push
