#include "ca/exchange/jws.hpp"

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::string_view kAlgorithm = "Ed25519";

Refusal refusal(const JwsKind& kind, const std::string& reason) {
    return Refusal{{"the " + std::string(kind.noun) + " " + reason}};
}

}  // namespace

std::string sign_jws(const JwsKind& kind, std::string_view payload, const PrivateKey& key) {
    if (key.public_key().algorithm() != kAlgorithm) {
        throw Error(ErrorKind::usage, "a " + std::string(kind.noun) + " is signed by an Ed25519 key, and this one is " +
                                          key.public_key().algorithm());
    }
    std::string jws = to_base64url(kind.header) + "." + to_base64url(payload);
    jws += "." + to_base64url(key.sign(jws));
    if (jws.size() > kind.most) {
        throw Error(ErrorKind::io, "a " + std::string(kind.noun) + " of " + std::to_string(jws.size()) +
                                       " bytes is larger than " + std::to_string(kind.most));
    }
    return jws;
}

Decision<std::string> open_jws(const JwsKind& kind, std::string_view jws, const PublicKey& key) {
    const std::string header = to_base64url(kind.header) + ".";
    if (jws.size() > kind.most) {
        return refusal(kind, "is larger than " + std::to_string(kind.most) + " bytes");
    }
    if (!jws.starts_with(header)) {
        return refusal(kind, "does not begin with the one header that " + std::string(kind.noun) + "s have");
    }
    const std::size_t dot = jws.find('.', header.size());
    if (dot == std::string_view::npos) {
        return refusal(kind, "has no signature");
    }
    if (key.algorithm() != kAlgorithm) {
        return Refusal{{std::string(kind.signer) + " is not an Ed25519 key"}};
    }
    try {
        if (!key.verifies(jws.substr(0, dot), from_base64url(jws.substr(dot + 1)))) {
            return Refusal{{"the signature is not by " + std::string(kind.signer)}};
        }
        return from_base64url(jws.substr(header.size(), dot - header.size()));
    } catch (const Error&) {
        return refusal(kind, "is not in base64url");
    }
}

}  // namespace halfday
