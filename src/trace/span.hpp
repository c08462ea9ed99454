#pragma once

#include <sluice/time.hpp>

#include "trace/context.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::trace {

enum class SpanKind : std::uint8_t {  // as opentelemetry-proto numbers them
    kClient = 3,
    kProducer = 4,
    kConsumer = 5,
};

using AttributeValue = std::variant<std::string, std::int64_t, bool>;

/// One stage of an event's way, or one attempt of it.
/// Limits: a text attribute or message is cut after kTextBytesMax.
struct Span {
    static constexpr std::size_t kTextBytesMax = 256;

    SpanContext context;
    SpanId parent;  ///< none: the first of its trace
    std::string name;
    SpanKind kind{SpanKind::kConsumer};
    Instant start;
    std::chrono::nanoseconds took{0};                                     ///< never negative
    std::vector<std::pair<std::string_view, AttributeValue>> attributes;  ///< names are literals
    std::vector<SpanContext> links;
    std::string failure;  ///< one line for a person; empty: it has not failed

    void set(std::string_view name, std::string_view text);
    void set(std::string_view name, std::int64_t number);
    void set(std::string_view name, bool flag);

    /// `type`: a word of few (`error.type`).
    void fail(std::string_view type, std::string_view message);

    /// Clocks may step back; a span does not.
    void end_at(Instant end);
};

using SpanPtr = std::unique_ptr<Span>;  ///< null: its trace is not sampled

/// Where ended spans go.
/// Threads:  any.
/// Failure:  never the caller's: what cannot be taken is dropped and counted.
class SpanSink {
public:
    virtual ~SpanSink() = default;

    /// Returns at once. None is null.
    virtual void take(std::vector<SpanPtr> spans) = 0;
};

}  // namespace sluice::trace
