#pragma once

#include <variant>

#include "ca/root/ceremony.hpp"

namespace halfday::test {

inline const Time kRootTime = parse_time("2026-11-24T12:00:00Z");

/// A root for example.org with its key, made at kRootTime.
struct SignedRoot {
    PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse("P-256"));
    Certificate certificate = std::get<Certificate>(
        sign_root(std::get<RootProfile>(plan_root({"Example Root", {{DnsName::parse("example.org")}}}, kRootTime)), key,
                  Serial::make(1, std::string(15, 'r'))));
};

inline const SignedRoot& a_root() {
    static const SignedRoot made;
    return made;
}

}  // namespace halfday::test
