#include "store/database_url.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <utility>

namespace sluice::store {

namespace {

using UrlKind = DatabaseUrl::Kind;

constexpr std::string_view kForms =
    "sqlite:FILE, postgresql://USER@HOST:PORT/DATABASE or mysql://USER@HOST:PORT/DATABASE";
constexpr std::int64_t kTimeoutMsMax = 3'600'000;

struct Scheme {
    std::string_view name;
    UrlKind kind;
    std::uint16_t port;
};

constexpr std::array kSchemes{
    Scheme{"postgresql", UrlKind::kPostgres, 5432},
    Scheme{"postgres", UrlKind::kPostgres, 5432},
    Scheme{"mysql", UrlKind::kMysql, 3306},
    Scheme{"mariadb", UrlKind::kMysql, 3306}};

Error wrong(std::string_view scheme, std::string_view what) {
    return Error{
        ErrorCode::kBadConfig, fmt::format("{}://…: {}; a database is {}", scheme, what, kForms)};
}

int digit_of(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return -1;
}

/// %2F and its like; nothing when what follows a % are no two hexadecimal digits.
std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out.push_back(text[at]);
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const int high = digit_of(text[at + 1]);
        const int low = digit_of(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    }
    return out;
}

/// Cuts `text` at the first `mark`; what is behind it.
std::string_view cut(std::string_view& text, char mark) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) return {};
    const std::string_view behind = text.substr(at + 1);
    text = text.substr(0, at);
    return behind;
}

template <class Number>
std::optional<Number> number_of(std::string_view text, Number least, Number most) {
    Number value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (value < least || value > most) return std::nullopt;
    return value;
}

/// USER:PASSWORD
bool take_user(std::string_view text, ServerOptions& into) {
    const std::string_view password = cut(text, ':');
    auto user = decoded(text);
    auto secret = decoded(password);
    if (!user || user->empty() || !secret) return false;
    into.user = std::move(*user);
    into.password = std::move(*secret);
    return true;
}

/// HOST:PORT, [::1]:PORT
bool take_place(std::string_view text, ServerOptions& into) {
    std::string_view port;
    if (text.starts_with('[')) {
        text.remove_prefix(1);
        port = cut(text, ']');
        if (port.starts_with(':')) port.remove_prefix(1);
    } else {
        port = cut(text, ':');
    }
    auto host = decoded(text);
    if (!host || host->empty()) return false;
    into.host = std::move(*host);
    if (port.empty()) return true;
    const auto number = number_of<std::uint16_t>(port, 1, 65'535);
    if (number) into.port = *number;
    return number.has_value();
}

bool take_timeout(std::string_view text, Milliseconds& into) {
    const auto number = number_of<std::int64_t>(text, 1, kTimeoutMsMax);
    if (number) into = Milliseconds{*number};
    return number.has_value();
}

bool take_tls(std::string_view text, Tls& into) {
    if (text == "off") into = Tls::kOff;
    if (text == "require") into = Tls::kRequired;
    if (text == "verify") into = Tls::kVerified;
    return into != Tls::kAsOffered;
}

/// What is wrong with NAME=VALUE; nothing if it is well.
std::optional<std::string> take_option(std::string_view option, ServerOptions& into) {
    const std::string_view text = cut(option, '=');
    const auto value = decoded(text);
    bool well = value.has_value() && !value->empty();
    if (option == "password-file") {
        if (well) into.password_file = *value;
    } else if (option == "tls-ca") {
        if (well) into.tls_ca = *value;
    } else if (option == "tls") {
        well = well && take_tls(*value, into.tls);
    } else if (option == "connect-timeout-ms") {
        well = well && take_timeout(*value, into.connect_timeout);
    } else if (option == "lock-timeout-ms") {
        well = well && take_timeout(*value, into.lock_timeout);
    } else if (option == "statement-timeout-ms") {
        well = well && take_timeout(*value, into.statement_timeout);
    } else {
        return "an option is password-file=FILE, tls=off, tls=require, tls=verify, tls-ca=FILE, "
               "connect-timeout-ms=N, lock-timeout-ms=N or statement-timeout-ms=N";
    }
    if (well) return std::nullopt;
    return fmt::format(
        "the value of {} is none of {}",
        option,
        option == "tls"                   ? "off, require and verify"
        : option.ends_with("-timeout-ms") ? "1 to 3600000"
                                          : "the paths of files"
    );
}

Result<DatabaseUrl> parse_server(const Scheme& scheme, std::string_view rest) {
    DatabaseUrl url;
    url.kind = scheme.kind;
    url.server.port = scheme.port;
    std::string_view options = cut(rest, '?');
    std::string_view place = rest;
    const auto database = decoded(cut(place, '/'));
    const std::size_t at = place.rfind('@');
    const bool named = at != std::string_view::npos && take_user(place.substr(0, at), url.server);
    if (!named) return wrong(scheme.name, "it names no user, or not rightly");
    if (!take_place(place.substr(at + 1), url.server)) {
        return wrong(scheme.name, "its host is missing, or its port is none of 1 to 65535");
    }
    if (!database || database->empty()) return wrong(scheme.name, "it names no database");
    url.server.database = *database;
    while (!options.empty()) {
        const std::string_view others = cut(options, '&');
        if (auto fault = take_option(options, url.server)) return wrong(scheme.name, *fault);
        options = others;
    }
    if (!url.server.password.empty() && !url.server.password_file.empty()) {
        return wrong(scheme.name, "it has a password and a password-file");
    }
    return url;
}

}  // namespace

Result<DatabaseUrl> DatabaseUrl::parse(std::string_view text) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (text.starts_with(kSqlite)) text.remove_prefix(kSqlite.size());
    for (const Scheme& scheme : kSchemes) {
        if (!text.starts_with(scheme.name)) continue;
        std::string_view rest = text.substr(scheme.name.size());
        if (!rest.starts_with(':')) continue;
        if (!rest.starts_with("://")) return wrong(scheme.name, "two slashes follow the colon");
        rest.remove_prefix(3);
        return parse_server(scheme, rest);
    }
    const std::size_t scheme_end = text.find("://");
    if (scheme_end != std::string_view::npos) {
        return wrong(text.substr(0, scheme_end), "there is no such kind of database");
    }
    if (text.empty()) {
        return Error{ErrorCode::kBadConfig, fmt::format("no database; say {}", kForms)};
    }
    DatabaseUrl url;
    url.sqlite_path = text;
    return url;
}

std::string ServerOptions::shown(std::string_view scheme) const {
    const bool six = host.find(':') != std::string::npos;
    return fmt::format(
        "{}://{}@{}{}{}:{}/{}", scheme, user, six ? "[" : "", host, six ? "]" : "", port, database
    );
}

Result<std::string> ServerOptions::read_password() const {
    if (password_file.empty()) return password;
    std::ifstream file{password_file};
    std::string line;
    if (std::getline(file, line) && !line.empty()) return line;
    return Error{
        ErrorCode::kBadConfig,
        fmt::format("{}: has no first line to read; write the password there", password_file)};
}

}  // namespace sluice::store
