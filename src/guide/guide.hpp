#pragma once

#include "contract/load_source.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace sluice::guide {

/// Who gets events of the domain, as the guide tells it.
struct Subscriber {
    std::string name;
    std::vector<std::string> types;  ///< empty: all
    std::string filter;              ///< as it is written; empty: none
    std::vector<std::string> keep;   ///< empty: everything
    std::string jq;                  ///< empty: none
    bool personal{false};            ///< personal data is granted
    std::map<std::string, std::uint32_t, std::less<>> versions{};  ///< by type; of others any

    [[nodiscard]] bool wants(const std::string& type) const;
};

/// A file of the site, by its path within it.
struct File {
    std::string path;
    std::string bytes;
};

/// The pages that a consumer team needs, in every language: Markdown, and the same as HTML that
/// needs nothing from elsewhere. By language a page of all events and one for each; a picture of
/// the flow. Pure. Texts of the contract are shown, never trusted: what is HTML in them stays text.
[[nodiscard]] std::vector<File> make_guide(
    const contract::ContractSource& source, std::span<const Subscriber> subscribers
);

}  // namespace sluice::guide
