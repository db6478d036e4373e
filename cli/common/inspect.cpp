#include "cli/common/inspect.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

using Names = std::vector<std::string>;
using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kObjectNames{{
    {oid::kSubjectKeyIdentifier, "subjectKeyIdentifier"},
    {oid::kKeyUsage, "keyUsage"},
    {oid::kSubjectAlternativeName, "subjectAltName"},
    {oid::kBasicConstraints, "basicConstraints"},
    {oid::kNameConstraints, "nameConstraints"},
    {oid::kAuthorityKeyIdentifier, "authorityKeyIdentifier"},
    {oid::kExtendedKeyUsage, "extKeyUsage"},
    {oid::kNoRevAvail, "noRevAvail"},
    {oid::kServerAuth, "serverAuth"},
    {oid::kClientAuth, "clientAuth"},
}};

std::string object_name(const std::string& object) {
    for (const auto& [number, name] : kObjectNames) {
        if (number == object) {
            return std::string(name);
        }
    }
    return object;
}

Names texts(const std::vector<GeneralName>& names) {
    Names list;
    for (const GeneralName& name : names) {
        list.push_back(name.text());
    }
    return list;
}

Names permitted_names(const Certificate& certificate) {
    const auto constraints = certificate.name_constraints();
    return constraints ? constraints->texts() : Names{};
}

Names excluded_names(const Certificate& certificate) {
    const auto constraints = certificate.name_constraints();
    return constraints ? constraints->excluded_texts() : Names{};
}

Names purposes(const Certificate& certificate) {
    Names list;
    for (const std::string& purpose : certificate.extended_key_usage()) {
        list.push_back(object_name(purpose));
    }
    return list;
}

Names extension_names(const Certificate& certificate) {
    Names list;
    for (const Extension& extension : certificate.extensions()) {
        list.push_back(object_name(extension.oid) + (extension.critical ? " (critical)" : ""));
    }
    return list;
}

std::string authority(const Certificate& certificate) {
    if (!certificate.is_ca()) {
        return "no";
    }
    const auto length = certificate.path_length();
    return length ? fmt::format("yes, path length {}", *length) : "yes";
}

std::string other_names(const Certificate& certificate) {
    const std::size_t count = certificate.other_name_count();
    return count == 0 ? "" : fmt::format("{} that are no DNS names or IP addresses", count);
}

/// What `tell` says, or why it can't: a foreign certificate is shown as far as it can be read.
template <class Tell>
Fact fact(const std::string& name, Tell tell) {
    try {
        return {name, tell()};
    } catch (const Error& error) {
        return {name, fmt::format("({})", error.what())};
    }
}

std::string joined(const std::variant<std::string, Names>& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return *text;
    }
    std::string all;
    for (const std::string& one : std::get<Names>(value)) {
        all += (all.empty() ? "" : ", ") + one;
    }
    return all;
}

Json to_object(const Facts& facts) {
    Json object = Json::object();
    for (const Fact& fact : facts) {
        std::string key = fact.name;
        std::replace(key.begin(), key.end(), ' ', '_');
        std::visit([&](const auto& value) { object[key] = value; }, fact.value);
    }
    return object;
}

std::string to_text(const Json& json) { return json.dump(2) + "\n"; }

}  // namespace

Facts facts_of(const Certificate& certificate) {
    return {
        fact("subject", [&] { return certificate.subject(); }),
        fact("issuer", [&] { return certificate.issuer(); }),
        fact("serial", [&] { return certificate.serial_hex(); }),
        fact("key", [&] { return certificate.public_key().algorithm(); }),
        fact("fingerprint", [&] { return certificate.fingerprint().text(); }),
        fact("sha256", [&] { return certificate.sha256(); }),
        fact("not before", [&] { return format_time(certificate.not_before()); }),
        fact("not after", [&] { return format_time(certificate.not_after()); }),
        fact("authority", [&] { return authority(certificate); }),
        fact("permitted", [&] { return permitted_names(certificate); }),
        fact("excluded", [&] { return excluded_names(certificate); }),
        fact("names", [&] { return texts(certificate.names()); }),
        fact("names not shown", [&] { return other_names(certificate); }),
        fact("purposes", [&] { return purposes(certificate); }),
        fact("extensions", [&] { return extension_names(certificate); }),
    };
}

Facts facts_of(const Csr& request, RequestFingerprint fingerprint) {
    Facts facts{
        {"calls itself", printable(request.common_name())},
        {"key", request.public_key().algorithm()},
    };
    if (fingerprint == RequestFingerprint::shown) {
        facts.push_back({"fingerprint", request.public_key().fingerprint().text()});
    }
    return facts;
}

Facts facts_of(const Crl& crl) {
    Names revoked;
    for (const RevokedCertificate& each : crl.revoked()) {
        revoked.push_back(fmt::format("{} at {} ({})", each.serial_hex, format_time(each.at), to_text(each.reason)));
    }
    return {
        {"issuer", crl.issuer()},
        {"number", std::to_string(crl.number())},
        {"this update", format_time(crl.this_update())},
        {"next update", format_time(crl.next_update())},
        {"revoked", revoked},
    };
}

std::string format_facts(const Facts& facts) {
    std::size_t width = 0;
    for (const Fact& fact : facts) {
        width = std::max(width, joined(fact.value).empty() ? 0 : fact.name.size());
    }
    std::string text;
    for (const Fact& fact : facts) {
        if (const std::string value = joined(fact.value); !value.empty()) {
            text += fmt::format("  {:<{}}  {}\n", fact.name, width, value);
        }
    }
    return text;
}

std::string describe(const Chain& chain) {
    std::string text;
    for (std::size_t at = 0; at < chain.size(); ++at) {
        text += fmt::format("certificate {} of {}\n", at + 1, chain.size()) + format_facts(facts_of(chain[at]));
    }
    return text;
}

std::string to_json(const Chain& chain) {
    Json list = Json::array();
    for (const Certificate& certificate : chain) {
        list.push_back(to_object(facts_of(certificate)));
    }
    return to_text(Json{{"certificates", list}});
}

namespace {

/// Of a file that holds nothing of what is shown.
std::string hint_for_other(std::string_view content) {
    if (content.starts_with("ssh-") || content.starts_with("ecdsa-") || content.starts_with("sk-")) {
        return "it is an SSH public key: ssh-keygen -lf FILE shows its fingerprint";
    }
    if (content.find("PUBLIC KEY-----") != std::string_view::npos) {
        return "it is a public key: openssl pkey -pubin -in FILE -noout -text shows it";
    }
    if (content.find("PRIVATE KEY-----") != std::string_view::npos) {
        return "it is a private key, which is not shown; its certificate or request says what it is for";
    }
    return "a chain, a CRL or a request, in PEM, is shown";
}

}  // namespace

Inspected parse_inspected(std::string_view pem) {
    if (pem.find("-----BEGIN CERTIFICATE REQUEST-----") != std::string_view::npos) {
        return Csr::parse_pem(pem);
    }
    if (looks_like_crl(pem)) {
        return Crl::parse_pem(pem);
    }
    return parse_chain(pem);
}

Inspected read_inspected(const Path& file) {
    const std::string content = read_file(file, kMostInspectedBytes);
    try {
        return parse_inspected(content);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("'{}': {}", printable(file.string()), error.what()),
                    error.hint().empty() ? hint_for_other(content) : error.hint());
    }
}

std::string describe(const Inspected& inspected, RequestFingerprint fingerprint) {
    if (const auto* chain = std::get_if<Chain>(&inspected)) {
        return describe(*chain);
    }
    if (const auto* crl = std::get_if<Crl>(&inspected)) {
        return "CRL\n" + format_facts(facts_of(*crl));
    }
    return "certificate request\n" + format_facts(facts_of(std::get<Csr>(inspected), fingerprint));
}

std::string to_json(const Inspected& inspected, RequestFingerprint fingerprint) {
    if (const auto* chain = std::get_if<Chain>(&inspected)) {
        return to_json(*chain);
    }
    if (const auto* crl = std::get_if<Crl>(&inspected)) {
        return to_text(Json{{"crl", to_object(facts_of(*crl))}});
    }
    return to_text(Json{{"request", to_object(facts_of(std::get<Csr>(inspected), fingerprint))}});
}

}  // namespace halfday
