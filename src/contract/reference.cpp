#include "contract/node.hpp"
#include "event/text.hpp"

#include <set>

namespace sluice::contract {

namespace {

std::optional<char> hex_byte(std::string_view two) {
    constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
    if (two.size() != 2) return std::nullopt;
    const std::size_t high = digits.find(two[0]);
    const std::size_t low = digits.find(two[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    return static_cast<char>(high % 16 * 16 + low % 16);
}

}  // namespace

std::optional<std::string> local_reference(std::string_view reference) {
    if (!reference.starts_with("#/") && reference != "#") return std::nullopt;
    std::string pointer;
    for (std::size_t at = 1; at < reference.size(); ++at) {
        if (reference[at] != '%') {
            pointer.push_back(reference[at]);
            continue;
        }
        const auto byte = hex_byte(reference.substr(at + 1, 2));
        if (!byte.has_value()) return std::nullopt;
        pointer.push_back(*byte);
        at += 2;
    }
    return pointer;
}

/// Where the reference leads; nothing when it is wrong, which is said.
std::optional<std::string> Node::target_of(const nlohmann::json& value) const {
    const auto& reference = value.at("$ref").get_ref<const std::string&>();
    auto target = local_reference(reference);
    if (!target.has_value()) {
        problem(fmt::format(
            "the reference {} leaves this document; only local ones such as '#/components/…' are "
            "followed",
            event::shown(reference)
        ));
        return std::nullopt;
    }
    if (value.size() > 1) {
        problem("a reference has no other names beside '$ref'");
        return std::nullopt;
    }
    if (document_->find(*target) == nullptr) {
        problem(fmt::format("the reference {} leads to nothing", event::shown(reference)));
        return std::nullopt;
    }
    return target;
}

Node Node::followed(Node node, const nlohmann::json* value) {
    const auto is_reference = [](const nlohmann::json* at) {
        return at != nullptr && at->is_object() && at->contains("$ref") &&
               at->at("$ref").is_string();
    };
    std::set<std::string> seen;
    while (is_reference(value)) {
        if (!seen.insert(node.pointer_).second) {
            node.problem("the references lead in a circle");
            node.lost_ = true;
            return node;
        }
        const auto target = node.target_of(*value);
        node.lost_ = !target.has_value();
        if (node.lost_) return node;
        node.pointer_ = *target;
        value = node.document_->find(node.pointer_);
    }
    node.value_ = value;
    return node;
}

}  // namespace sluice::contract
