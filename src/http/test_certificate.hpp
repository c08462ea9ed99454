#pragma once

#include "http/certificate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace sluice::http::test {

/// A certificate of 127.0.0.1 and localhost that vouches for itself, and its key, as two files.
inline TlsFiles made_certificate(const std::filesystem::path& directory, const std::string& name) {
    TlsFiles files{(directory / (name + ".pem")).string(), (directory / (name + ".key")).string()};
    const std::string command = fmt::format(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost "
        "-keyout '{}' -out '{}' 2>/dev/null",
        files.key,
        files.certificate
    );
    // NOLINTNEXTLINE(concurrency-mt-unsafe,bugprone-command-processor): one thread, own words
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return files;
}

}  // namespace sluice::http::test
