#pragma once

#include "doctor/check.hpp"
#include "doctor/findings.hpp"

namespace sluice::doctor {

// Each judges one part of what was found and adds its checks. Pure.

/// The cluster, its client, its brokers' settings.
void check_brokers(const Findings& findings, const Expectations& expected, Checks& checks);

/// Channels and the domains' own topics: there, led, with the partitions of the contract, kept long
/// enough, in enough copies, not compacted.
void check_topics(const Findings& findings, const Expectations& expected, Checks& checks);

/// Which channels take the detour home, and why.
void check_detours(const Findings& findings, const Expectations& expected, Checks& checks);

/// Whether a topic that is said to be in order already can be: keyed, and where its keys belong.
void check_given_order(const Findings& findings, const Expectations& expected, Checks& checks);

/// How each group stands that reads one of the topics.
void check_groups(const Findings& findings, const Expectations& expected, Checks& checks);

/// Whether the ACLs that are there allow what is needed.
void check_acls(const Findings& findings, const Expectations& expected, Checks& checks);

/// All of them, in this order.
[[nodiscard]] std::vector<Check> examine(const Findings& findings, const Expectations& expected);

}  // namespace sluice::doctor
