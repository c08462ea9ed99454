#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "contract/given.hpp"
#include "contract/json_pointer.hpp"
#include "contract/plain.hpp"
#include "contract/schema.hpp"
#include "event/record.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {

enum class Validation : std::uint8_t { kOff, kWarn, kEnforce };
enum class Partitioner : std::uint8_t { kMurmur2, kCrc32 };
enum class GapPolicy : std::uint8_t { kWait, kPark, kSkip };
enum class InvalidPolicy : std::uint8_t { kDead, kWait };
enum class OlderPolicy : std::uint8_t { kAssume, kWait };

/// The same event again with other content: a conflict holds its subject, or it is dropped.
enum class ChangedPolicy : std::uint8_t { kHold, kDrop };

/// What an event of a type the contract does not name is: one of the domain, or none of its
/// business.
enum class Others : std::uint8_t { kPass, kForeign };

struct Channel {
    std::string name;  ///< within the document
    std::string topic;
    std::uint32_t partitions{};
    Partitioner partitioner{Partitioner::kMurmur2};
    Validation validation{Validation::kEnforce};
    Others others{Others::kPass};
    std::vector<std::string> types;     ///< of its messages, sorted
    std::optional<PlainRecords> plain;  ///< how records that are no CloudEvents events are read
};

/// An event of one of these types must have been released before: any one of them.
struct Rule {
    std::vector<std::string> types;   ///< at least one
    std::optional<JsonPointer> same;  ///< with the same value there, in both payloads
    bool if_seen{false};              ///< only if it is known to be coming

    /// For people: "order.placed", "a or b", "delivery.dispatched with the same /parcelId".
    [[nodiscard]] std::string text() const;
};

/// A jq program of the contract, and where it stands: "order.yaml:31:11: /…/up".
struct CastProgram {
    std::string text;  ///< empty: there is none
    std::string place;
};

/// How the state of a subject is made of its events, one after another.
struct Reducer {
    CastProgram jq;                     ///< of {state, event}; empty: the data is a merge patch
    std::vector<std::string> personal;  ///< fields of the state that only some may have; sorted
};

inline constexpr std::uint32_t kVersionNumberMax = 1'000;

/// A version of a type's data, and how it is made one of its neighbours.
struct Version {
    std::uint32_t number{};
    std::string dataschema;                ///< by which an event says it; empty: by saying nothing
    std::shared_ptr<const Schema> schema;  ///< never null
    std::vector<std::string> personal;     ///< as MessageType's
    std::vector<std::string> samples;      ///< data that the schema takes, for casts to be tried on
    CastProgram up;                        ///< makes the next version of it
    CastProgram down;                      ///< makes the version before of it
    std::string deprecated;                ///< until when, and what then; empty: it is not
};

/// What the contract says about one event type.
struct MessageType {
    std::string name;
    std::shared_ptr<const Schema>
        schema;                         ///< shared by copies of the contract; null: any data passes
    std::vector<std::string> personal;  ///< fields that only some may have (personal.hpp)
    std::vector<Version> versions;      ///< ascending, without holes; empty: it has no versions
    std::vector<Rule> rules;
    std::vector<JsonPointer>
        remembered;               ///< whose values rules ask for, of this type; sorted, once each
    bool wanted_by_rules{false};  ///< some rule names this type
    bool closes{false};

    /// By its number; null: it declares none such.
    [[nodiscard]] const Version* version(std::uint32_t number) const;

    /// Of an event with this attribute (nothing: without it). kInvalidEvent: there is none such.
    [[nodiscard]] Result<const Version*> version_of(std::optional<std::string_view> dataschema
    ) const;
};

struct Gap {
    GapPolicy policy{GapPolicy::kWait};
    Milliseconds wait{30'000};
};

/// What is kept of a topic that Sluice writes.
struct Retention {
    std::optional<Milliseconds> age;       ///< nothing: whatever its age
    std::optional<std::uint64_t> records;  ///< nothing: however many
};

/// A domain's contract: an AsyncAPI 3 document, as far as Sluice acts on it
/// (docs/reference/contract.md). Threads: const after loading; share or copy it.
struct Contract {
    std::string domain;
    std::uint32_t homes{};
    std::vector<Channel> channels;                          ///< by name
    std::map<std::string, MessageType, std::less<>> types;  ///< by event type
    std::vector<std::string> sources;                       ///< that may be stamped on; empty: any
    Gap gap;
    std::uint64_t waiting_events_max{10'000};                  ///< per subject
    std::uint64_t waiting_bytes_max{std::uint64_t{16} << 20};  ///< per subject
    std::uint64_t source_events_max{10'000'000};  ///< that wait of one source, over all subjects
    std::uint64_t source_bytes_max{std::uint64_t{10} << 30};    ///< the same
    Milliseconds closed_kept{std::chrono::hours{24 * 7}};       ///< from closing to the tombstone
    Milliseconds tombstone_kept{std::chrono::hours{24 * 400}};  ///< from closing to oblivion
    Retention keep_ordered;
    Retention keep_aside;
    InvalidPolicy invalid{InvalidPolicy::kDead};
    OlderPolicy older{OlderPolicy::kAssume};
    ChangedPolicy changed{ChangedPolicy::kHold};
    std::string tables{"{}"};         ///< JSON: what casts look up, `$tables`
    std::optional<Reducer> reducer;   ///< nothing: no state of its subjects is kept
    std::optional<GivenOrder> given;  ///< nothing: its events are sequenced

    [[nodiscard]] const Channel* channel_of(std::string_view topic) const;
    [[nodiscard]] const MessageType* type(std::string_view name) const;
};

/// Whether the data of a record in binary mode is what its type's schema says, of its version where
/// there are such; a type without a schema takes any. kInvalidEvent: "data: /lines/0/quantity:
/// <reason>".
[[nodiscard]] Status validate_data(const MessageType& type, const Record& record);

}  // namespace sluice::contract
