#include "runtime/dispatching/versioned_sink.hpp"

#include "deliver/shaped_sink.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::runtime {

namespace {

/// A version of a type that is never handled is a slip.
Status check_handlers(const deliver::Sink& sink, const cast::Asked& asked) {
    for (const auto& [type, number] : asked) {
        if (sink.wants(type)) continue;
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "version {} of {} is asked for, and there is no handler of it", number, type
            )};
    }
    return ok();
}

/// Whoever embeds the library has no worker by himself.
Error with_advice(const Error& error) {
    if (error.code != ErrorCode::kUnavailable) return error;
    return Error{
        error.code,
        fmt::format(
            "{}; InstanceOptions::jq_worker names the program that runs casts: `sluice jq-worker`",
            error.message
        )};
}

}  // namespace

Result<std::unique_ptr<deliver::Sink>> in_versions(
    std::unique_ptr<deliver::Sink> sink, const cast::Asked& asked, const ServiceCasts& casts
) {
    if (asked.empty() || casts.contract == nullptr) return sink;
    deliver::Shape shape;
    shape.contract = casts.contract;
    shape.versions = asked;
    shape.programs = casts.programs;
    // The contract first: a misspelt type has no handler either.
    auto shaped = deliver::ShapedSink::open(std::move(sink), shape);
    if (!shaped) return with_advice(shaped.error());
    if (Status checked = check_handlers(*shaped.value(), asked); !checked) return checked.error();
    return std::unique_ptr<deliver::Sink>{std::move(shaped).value()};
}

}  // namespace sluice::runtime
