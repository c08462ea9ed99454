#pragma once

#include "infer/topic_sample.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::infer {

/// A contract of these topics, as a draft: AsyncAPI 3 in YAML that loads as it is. What only a
/// person can decide (what comes after what, what closes a subject) is marked with DECIDE, and what
/// was seen stands in comments. Topics of which nothing was seen are in it, with a message that
/// takes any data.
[[nodiscard]] std::string draft_contract(
    std::string_view domain, std::span<const TopicSample> samples
);

/// What the topics have in common before the first '.', '-' or '_', as a domain's name; else
/// "domain".
[[nodiscard]] std::string domain_name_of(std::span<const std::string> topics);

}  // namespace sluice::infer
