#pragma once

namespace sluice {

/// The cases of a std::visit, each a lambda: `std::visit(Match{…, …}, variant)`.
template <class... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};

template <class... Cases>
Match(Cases...) -> Match<Cases...>;

}  // namespace sluice
