#include <openssl/x509_vfy.h>

#include <functional>

#include "ca/x509/chain.hpp"
#include "ca/x509/handles.hpp"

namespace halfday {

// OpenSSL builds and checks the path without looking at any clock; then the dates of every certificate on the path that
// it found, the anchor's too, are held against `now` here. So a time is the finding only when all else holds.

namespace {

using x509::kNoMemory;
using x509::require;

constexpr int kAuthLevel = 3;  // 128 bits: P-256, SHA-256, RSA-3072 and up

using CertificateStackPtr = x509::Ptr<STACK_OF(X509), +[](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

std::string call(const Certificate& certificate) {
    const std::string subject = certificate.subject();
    return subject.empty() ? "certificate " + certificate.serial_hex() : "certificate '" + subject + "'";
}

x509::X509StorePtr store_of(const std::vector<Certificate>& anchors) {
    auto store = require(x509::X509StorePtr(X509_STORE_new()), kNoMemory);
    for (const Certificate& anchor : anchors) {
        require(X509_STORE_add_cert(store.get(), anchor.handle().x509()) == 1, "cannot take a trust anchor");
    }
    return store;
}

/// The certificates stay their handles'.
CertificateStackPtr issuers_of(const Chain& chain) {
    auto stack = require(CertificateStackPtr(sk_X509_new_null()), kNoMemory);
    for (std::size_t at = 1; at < chain.size(); ++at) {
        require(sk_X509_push(stack.get(), chain[at].handle().x509()) > 0, kNoMemory);
    }
    return stack;
}

void set_parameters(X509_STORE_CTX* context, ChainPurpose purpose) {
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_auth_level(parameters, kAuthLevel);
    require(X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT | X509_V_FLAG_NO_CHECK_TIME) == 1,
            kNoMemory);
    if (purpose == ChainPurpose::server) {
        require(X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER) == 1, kNoMemory);
    }
}

Certificate certificate_of(const X509* object) { return Certificate::parse_der(x509::to_der<i2d_X509>(*object)); }

ChainProblem untrusted(X509_STORE_CTX* context) {
    const char* reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
    const X509* at = X509_STORE_CTX_get_current_cert(context);
    static_cast<void>(x509::drain_openssl_errors());
    return {ChainFault::untrusted, (at != nullptr ? call(certificate_of(at)) + ": " : std::string()) + reason};
}

/// OpenSSL checks a path for a purpose as if its first certificate were a server's, so a CA is asked for here.
std::optional<ChainProblem> check_authority(const Certificate& certificate) {
    constexpr int kAsAuthority = 1;
    constexpr int kIsAuthority = 1;  // 2 to 5 are certificates that older rules take for one
    if (X509_check_purpose(certificate.handle().x509(), X509_PURPOSE_SSL_SERVER, kAsAuthority) == kIsAuthority) {
        return std::nullopt;
    }
    return ChainProblem{ChainFault::untrusted, call(certificate) + ": not one of an authority for servers"};
}

std::optional<ChainProblem> check_time(const Certificate& certificate, Time now) {
    if (now < certificate.not_before()) {
        return ChainProblem{ChainFault::not_yet_valid, call(certificate) + " is not valid before " +
                                                           format_time(certificate.not_before()) +
                                                           ", and this clock says " + format_time(now)};
    }
    if (now > certificate.not_after()) {
        return ChainProblem{ChainFault::expired, call(certificate) + " is not valid after " +
                                                     format_time(certificate.not_after()) + ", and this clock says " +
                                                     format_time(now)};
    }
    return std::nullopt;
}

/// The path that OpenSSL found: chain[0] first, the anchor last.
std::vector<Certificate> path_of(X509_STORE_CTX* context) {
    const STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(context);
    std::vector<Certificate> path;
    for (int at = 0; at < sk_X509_num(found); ++at) path.push_back(certificate_of(sk_X509_value(found, at)));
    return path;
}

/// OpenSSL has held the names to the constraints; it lets a wildcard past an excluded name that it matches, so they are
/// held to our own reading as well.
std::optional<ChainProblem> check_names(const Certificate& leaf, const Certificate& authority) {
    try {
        const auto constraints = authority.name_constraints();
        for (const GeneralName& name : constraints ? leaf.names() : std::vector<GeneralName>{}) {
            if (constraints->permits(name)) continue;
            return ChainProblem{ChainFault::untrusted, call(authority) + " does not permit '" + name.text() + "'"};
        }
        return std::nullopt;
    } catch (const Error& error) {
        return ChainProblem{ChainFault::untrusted, call(authority) + ": " + error.what()};
    }
}

std::optional<ChainProblem> check_path(const std::vector<Certificate>& path, Time now) {
    for (std::size_t at = 1; at < path.size(); ++at) {
        if (auto problem = check_names(path.front(), path[at])) return problem;
    }
    for (const Certificate& certificate : path) {
        if (auto problem = check_time(certificate, now)) return problem;
    }
    return std::nullopt;
}

}  // namespace

std::optional<ChainProblem> verify_chain(const Chain& chain, const std::vector<Certificate>& anchors,
                                         ChainPurpose purpose, Time now) {
    if (chain.empty()) return ChainProblem{ChainFault::untrusted, "no certificate"};
    const auto store = store_of(anchors);
    const auto issuers = issuers_of(chain);
    const auto context = require(x509::X509StoreCtxPtr(X509_STORE_CTX_new()), kNoMemory);
    require(X509_STORE_CTX_init(context.get(), store.get(), chain.front().handle().x509(), issuers.get()) == 1,
            "cannot verify a chain");
    set_parameters(context.get(), purpose);
    if (X509_verify_cert(context.get()) != 1) return untrusted(context.get());
    if (purpose == ChainPurpose::certificate_authority) {
        if (auto problem = check_authority(chain.front())) return problem;
    }
    return check_path(path_of(context.get()), now);
}

}  // namespace halfday
