#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/crl.hpp"
#include "ca/x509/csr.hpp"

namespace halfday {

// What a PEM file holds, told to people and to programs. Everything foreign is escaped.

/// A name and what is so called: one text, or a list.
struct Fact {
    std::string name;  // in words; with _ for the spaces it is the key in JSON
    std::variant<std::string, std::vector<std::string>> value;
    bool operator==(const Fact&) const = default;
};
using Facts = std::vector<Fact>;

/// Whether a request's fingerprint is told: never on the air-gapped box, where it is carried in on paper.
enum class RequestFingerprint { shown, kept_back };

/// A part that can't be read (a weak key, constraints of another form) is told as "(why)"; nothing is thrown for it.
[[nodiscard]] Facts facts_of(const Certificate& certificate);
[[nodiscard]] Facts facts_of(const Csr& request, RequestFingerprint fingerprint);
[[nodiscard]] Facts facts_of(const Crl& crl);

/// A line for each fact, indented by two spaces, the values lined up; facts without a value are left out.
[[nodiscard]] std::string format_facts(const Facts& facts);

/// "certificate 1 of 2" and its facts, and so on.
[[nodiscard]] std::string describe(const Chain& chain);
/// {"certificates": [{…}, …]}, with a line's end.
[[nodiscard]] std::string to_json(const Chain& chain);

/// What a PEM file may hold.
using Inspected = std::variant<Chain, Csr, Crl>;
/// At most this much of a file is read.
constexpr std::size_t kMostInspectedBytes = 256 * 1024;
/// Throws Error{corrupt} for anything but one request, one CRL or 1 to 8 certificates.
[[nodiscard]] Inspected parse_inspected(std::string_view pem);
/// The same of a file, which the message names.
[[nodiscard]] Inspected read_inspected(const Path& file);

[[nodiscard]] std::string describe(const Inspected& inspected, RequestFingerprint fingerprint);
/// The chain's form, {"request": {…}} or {"crl": {…}}.
[[nodiscard]] std::string to_json(const Inspected& inspected, RequestFingerprint fingerprint);

}  // namespace halfday
