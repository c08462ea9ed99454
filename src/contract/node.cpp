#include "contract/node.hpp"

#include "contract/json_pointer.hpp"
#include "contract/nearest.hpp"
#include "contract/units.hpp"
#include "event/text.hpp"

#include <algorithm>

namespace sluice::contract {

namespace {

std::string joined(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names)
        out += fmt::format("{}{}", out.empty() ? "" : ", ", name);
    return out;
}

/// A specification extension, unless it is ours, misspelt.
bool is_foreign_extension(std::string_view name) {
    return name.starts_with("x-") && edit_distance(name, "x-sluice") > 2;
}

}  // namespace

Node Node::root_of(const Document& document, Problems& problems) {
    return followed(Node{document, problems, ""}, &document.root());
}

void Node::problem(std::string_view text) const {
    const Place place = document_->place_of(pointer_);
    problems_->add(place, document_->line(place, pointer_, text));
}

std::string Node::shown() const {
    if (value_->is_object()) return "a mapping";
    if (value_->is_array()) return "a list";
    if (value_->is_string()) return event::shown(value_->get_ref<const std::string&>());
    return value_->dump();
}

void Node::wrong_kind(std::string_view wanted) const {
    problem(fmt::format("{} is not {}", shown(), wanted));
}

void Node::refuse_choice(const std::string& written, const std::string& names) const {
    problem(fmt::format("{} is not one of {}", event::shown(written), names));
}

void Node::only(std::initializer_list<std::string_view> names, Extensions extensions) const {
    if (!present()) return;
    if (!value_->is_object()) return wrong_kind("a mapping");
    const std::vector<std::string_view> allowed{names};
    for (const auto& [name, value] : value_->items()) {
        if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
        if (extensions == Extensions::kAllowed && is_foreign_extension(name)) continue;
        const std::string at = fmt::format("{}/{}", pointer_, escaped_token(name));
        const Place place = document_->place_of_key(at);
        const std::string text = fmt::format(
            "unknown name{}; allowed here: {}", did_you_mean(name, allowed), joined(allowed)
        );
        problems_->add(place, document_->line(place, at, text));
    }
}

Node Node::at(std::string_view name) const {
    Node node{*document_, *problems_, fmt::format("{}/{}", pointer_, escaped_token(name))};
    if (value_ == nullptr || !value_->is_object()) return node;
    const auto member = value_->find(std::string{name});
    return followed(std::move(node), member == value_->end() ? nullptr : &*member);
}

Node Node::required(std::string_view name) const {
    Node node = at(name);
    if (!node.present() && !node.lost()) problem(fmt::format("'{}' is missing", name));
    return node;
}

std::vector<std::pair<std::string, Node>> Node::members() const {
    std::vector<std::pair<std::string, Node>> members;
    if (!present()) return members;
    if (!value_->is_object()) {
        wrong_kind("a mapping");
        return members;
    }
    for (const auto& [name, value] : value_->items()) members.emplace_back(name, at(name));
    return members;
}

std::vector<Node> Node::items() const {
    std::vector<Node> items;
    if (!present()) return items;
    if (!value_->is_array()) {
        wrong_kind("a list");
        return items;
    }
    for (std::size_t at = 0; at < value_->size(); ++at) {
        Node item{*document_, *problems_, fmt::format("{}/{}", pointer_, at)};
        items.push_back(followed(std::move(item), &(*value_)[at]));
    }
    return items;
}

std::vector<Node> Node::one_or_more() const {
    if (!present() || value_->is_array()) return items();
    return {*this};
}

std::optional<std::string> Node::text() const {
    if (!present()) return std::nullopt;
    if (value_->is_string()) return value_->get<std::string>();
    const bool scalar = !value_->is_object() && !value_->is_array();
    wrong_kind(scalar ? "a text; put it into quotes" : "a text");
    return std::nullopt;
}

std::optional<bool> Node::flag() const {
    if (!present()) return std::nullopt;
    if (value_->is_boolean()) return value_->get<bool>();
    wrong_kind("true or false");
    return std::nullopt;
}

std::optional<std::uint64_t> Node::count(std::uint64_t least, std::uint64_t most) const {
    if (!present()) return std::nullopt;
    if (value_->is_number_unsigned()) {
        const auto value = value_->get<std::uint64_t>();
        if (value >= least && value <= most) return value;
    }
    wrong_kind(fmt::format("a whole number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<double> Node::real(double least, double most) const {
    if (!present()) return std::nullopt;
    if (value_->is_number()) {
        const auto value = value_->get<double>();
        if (value >= least && value <= most) return value;
    }
    wrong_kind(fmt::format("a number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<Milliseconds> Node::duration(Milliseconds least, Milliseconds most) const {
    if (!present()) return std::nullopt;
    const auto value = value_->is_string() ? parse_duration(value_->get_ref<const std::string&>())
                                           : std::optional<Milliseconds>{};
    if (value.has_value() && *value >= least && *value <= most) return value;
    wrong_kind(fmt::format(
        "a duration from {} to {} (ms, s, m, h, d)", write_duration(least), write_duration(most)
    ));
    return std::nullopt;
}

std::optional<std::uint64_t> Node::size(std::uint64_t least, std::uint64_t most) const {
    if (!present()) return std::nullopt;
    const auto value = value_->is_string() ? parse_size(value_->get_ref<const std::string&>())
                                           : std::optional<std::uint64_t>{};
    if (value.has_value() && *value >= least && *value <= most) return value;
    wrong_kind(fmt::format(
        "a size from {} to {} (B, KiB, MiB, GiB, TiB)", write_size(least), write_size(most)
    ));
    return std::nullopt;
}

}  // namespace sluice::contract
