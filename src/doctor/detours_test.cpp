#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

std::string all(const Expectations& expected, const Findings& found = test::healthy()) {
    Checks checks;
    check_detours(found, expected, checks);
    std::string text;
    for (const Check& check : checks.all()) text += to_text(check) + "\n";
    return text;
}

/// A contract of one channel, with these settings of it.
Expectations channel(std::string_view settings) {
    return test::expectations(fmt::format(
        "asyncapi: 3.0.0\nx-sluice: {{domain: order, homes: 6}}\nchannels:\n  c:\n    address: "
        "order.placed\n"
        "    messages: {{m: {{name: order.placed}}}}\n    {}\n",
        settings
    ));
}

TEST(DoctorDetours, SayWhichChannelsTakeItAndWhy) {
    EXPECT_EQ(
        all(test::expectations()),
        "warn detour order.cancelled: its events are read twice: its producers choose the "
        "partition by crc32, "
        "librdkafka's default, and homes are murmur2's, and its 4 partitions are no multiple of "
        "the 6 homes; order holds "
        "all the same -> partitioner=murmur2_random in its producers, then partitioner: murmur2 in "
        "the contract; a topic of "
        "6 partitions\n"
        "ok   detour order.placed: none, for records that are keyed by the subject\n"
    );
}

TEST(DoctorDetours, WhatIsThereCountsNotWhatTheContractSays) {
    Findings found = test::healthy();
    test::topic_of(found, "order.placed") = test::topic("order.placed", 8);
    test::expect_said(
        all(test::expectations(), found), "its 8 partitions are no multiple of the 6 homes"
    );
    test::topic_of(found, "order.placed") = test::topic("order.placed", 12);
    test::expect_said(all(test::expectations(), found), "ok   detour order.placed");
}

TEST(DoctorDetours, KeysOfPlainRecordsCount) {
    test::expect_said(
        all(channel("x-sluice: {plain: {subject: {key: string}, type: order.placed}}")),
        "ok   detour order.placed"
    );
    for (const char* subject :
         {"{key: int64}", "{key: bytes}", "{header: order}", "{pointer: /order}"}) {
        test::expect_said(
            all(channel(
                fmt::format("x-sluice: {{plain: {{subject: {}, type: order.placed}}}}", subject)
            )),
            "its records' key is not the subject's text"
        );
    }
}

TEST(DoctorDetours, TheLastRecordsTellOnTheContract) {
    Findings found = test::healthy();
    found.keys["order.placed"] = {20, 20, 20, 3, 20, 20};
    test::expect_said(all(test::expectations(), found), "ok   detour order.placed");
    found.keys["order.placed"] = {20, 20, 3, 20, 20, 20};
    test::expect_said(
        all(test::expectations(), found),
        "17 of its last 20 records do not lie where murmur2 puts their key, but where crc32 does"
    );
    found.keys["order.placed"] = {20, 20, 20, 3, 20, 5};
    test::expect_said(
        all(test::expectations(), found),
        "15 of its last 20 records are keyed by something else than their subject"
    );
    found.keys["order.placed"] = {20, 12, 12, 3, 12, 12};
    test::expect_said(all(test::expectations(), found), "8 of its last 20 records have no key");
}

TEST(DoctorDetours, AFewRecordsProveNothing) {
    Findings found = test::healthy();
    found.keys["order.placed"] = {7, 6, 0, 6, 6, 0};
    test::expect_said(all(test::expectations(), found), "ok   detour order.placed");
}

}  // namespace
}  // namespace sluice::doctor
