#include "guide/message.hpp"

#include "contract/json_pointer.hpp"
#include "contract/node.hpp"
#include "guide/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace sluice::guide {

namespace {

using Json = nlohmann::json;
using contract::ContractSource;

/// Where a value stands, behind all references, as the document has been loaded: none leads in a
/// circle.
std::string target_of(const contract::Document& document, std::string pointer) {
    static constexpr int kStepsMax = 100;
    for (int i = 0; i < kStepsMax; ++i) {
        const Json* value = document.find(pointer);
        if (value == nullptr || !value->is_object() || !value->contains("$ref")) return pointer;
        const auto next = contract::local_reference(value->at("$ref").get<std::string>());
        if (!next) return pointer;
        pointer = *next;
    }
    return pointer;
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The channel's messages that an operation sends: those that it lists, else all.
bool sends(
    const ContractSource& source,
    const std::string& operation,
    const Json& told,
    const std::string& message
) {
    const contract::Document& document = source.document;
    if (told.value("action", "") != "send") return false;
    if (told.contains("messages")) {
        for (std::size_t i = 0; i < told["messages"].size(); ++i) {
            if (target_of(document, fmt::format("{}/messages/{}", operation, i)) == message)
                return true;
        }
        return false;
    }
    const std::string channel = target_of(document, operation + "/channel");
    const Json* all = document.find(channel + "/messages");
    if (all == nullptr || !all->is_object()) return false;
    return std::any_of(all->items().begin(), all->items().end(), [&](const auto& one) {
        return target_of(document, channel + "/messages/" + contract::escaped_token(one.key())) ==
               message;
    });
}

std::vector<Publisher> publishers_of(const ContractSource& source, const std::string& message) {
    std::vector<Publisher> publishers;
    const Json* operations = source.document.find("/operations");
    if (operations == nullptr || !operations->is_object()) return publishers;
    for (const auto& [key, reference] : operations->items()) {
        const std::string pointer =
            target_of(source.document, "/operations/" + contract::escaped_token(key));
        const Json* told = source.document.find(pointer);
        if (told == nullptr || !told->is_object() || !sends(source, pointer, *told, message))
            continue;
        publishers.push_back({told->value("title", key), told});
    }
    return publishers;
}

/// The first example of the message, or a value made from the schema.
void find_sample(const ContractSource& source, Message& message) {
    if (const auto all = message.told->find("examples");
        all != message.told->end() && all->is_array() && !all->empty()) {
        const Json& first = all->front();
        if (first.is_object() && first.contains("payload")) {
            message.sample = first["payload"];
            message.sample_is_given = true;
            return;
        }
    }
    const auto schema = source.schemas.find(message.type);
    if (schema != source.schemas.end()) message.sample = sample_of(schema->second);
}

/// Of what a file system and a link take as it is.
std::string file_name_of(std::string_view type) {
    static constexpr std::string_view kSafe =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    std::string name{type};
    for (char& letter : name) {
        if (kSafe.find(letter) == std::string_view::npos) letter = '-';
    }
    return name.front() == '.' ? "-" + name : name;
}

/// Different types may have the same safe name.
void name_file(const std::vector<Message>& others, Message& message) {
    const std::string name = file_name_of(message.type);
    const auto taken = [&](const std::string& file) {
        return std::any_of(others.begin(), others.end(), [&](const Message& one) {
            return one.file == file;
        });
    };
    message.file = name;
    for (int next = 2; taken(message.file); ++next) message.file = fmt::format("{}-{}", name, next);
}

}  // namespace

std::vector<Message> messages_of(const ContractSource& source) {
    std::vector<Message> messages;
    for (const auto& [type, pointer] : source.messages) {
        Message message;
        message.type = type;
        name_file(messages, message);
        message.told = source.document.find(pointer);
        for (const contract::Channel& channel : source.contract.channels) {
            if (std::binary_search(channel.types.begin(), channel.types.end(), type))
                message.channels.push_back(&channel);
        }
        message.publishers = publishers_of(source, pointer);
        if (const auto version = message.told->find("x-version"); version != message.told->end())
            message.version = text_of(*version);
        if (const auto until = message.told->find("x-deprecated"); until != message.told->end())
            message.deprecated = text_of(*until);
        find_sample(source, message);
        messages.push_back(std::move(message));
    }
    return messages;
}

}  // namespace sluice::guide
