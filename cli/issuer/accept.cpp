#include <fmt/core.h>
#include <unistd.h>

#include <variant>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/issuer/acceptance.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/trust.hpp"
#include "ca/x509/chain.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostBytes = 128 * 1024;

void print_text(const Acceptance& accepted, Time now) {
    const Certificate& intermediate = accepted.certificate;
    fmt::print("accepted:  {}\n", intermediate.subject());
    fmt::print("valid:     {} to {} ({} left)\n", format_time(intermediate.not_before()),
               format_time(intermediate.not_after()), describe_span(intermediate.not_after() - now));
    fmt::print("signs:     {}\n",
               accepted.signs_from <= now
                   ? "from now on"
                   : fmt::format("from {}; until then what signed before does", format_time(accepted.signs_from)));
    if (accepted.key == KeyState::sealed) {
        fmt::print("sealed:    until `halfday unseal`; it signs if that is done by then\n");
    }
    fmt::print("permitted: {}, and all below\n", intermediate.name_constraints()->text());
}

void print_text(const std::vector<Acceptance>& accepted, Time now) {
    for (const Acceptance& each : accepted) {
        print_text(each, now);
    }
}

/// `halfday accept` opens the file, which this user may not be able to read, and hands it over as standard input.
constexpr std::string_view kStandardInput = "-";

std::string name_of(const Path& file) {
    return file == kStandardInput ? "the file" : "'" + printable(file.string()) + "'";
}

std::string read_standard_input() {
    std::string content(kMostBytes + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(STDIN_FILENO, content.data() + size, content.size() - size);
        if (count < 0) {
            throw_errno("cannot read standard input");
        }
        if (count == 0) {
            break;
        }
        size += static_cast<std::size_t>(count);
    }
    if (size > kMostBytes) {
        throw Error(ErrorKind::corrupt, fmt::format("the file is larger than {} bytes", kMostBytes));
    }
    content.resize(size);
    return content;
}

std::string read_pem(const Path& file) {
    return file == kStandardInput ? read_standard_input() : read_file(file, kMostBytes);
}

/// What `parse` makes of the file, which is to be a `noun`.
template <class Parse>
auto parse_file(const Path& file, const std::string& pem, std::string_view noun, Parse parse) {
    try {
        return parse(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{} is no {}: {}", name_of(file), noun, error.what()),
                    "it is the file that halfday-root wrote to --out");
    }
}

int refused(const Path& file, const Refusal& refusal, const std::string& hint = {}) {
    for (const std::string& reason : refusal.reasons) {
        print_error(kProgram, fmt::format("{} is refused: {}", name_of(file), reason), hint);
    }
    return kFailed;
}

void print_text(const Crls& crls) {
    for (const Crl& crl : crls) {
        fmt::print("CRL:       {} of {}, another one is due by {}\n", crl.number(), printable(crl.issuer()),
                   format_time(crl.next_update()));
        for (const RevokedCertificate& revoked : crl.revoked()) {
            fmt::print("revoked:   {} at {} ({})\n", revoked.serial_hex, format_time(revoked.at),
                       to_text(revoked.reason));
        }
    }
}

int accept_crl_file(const IssuerOptions& options, const Path& file, const std::string& pem) {
    const auto decision =
        accept_crls(options.places,
                    parse_file(file, pem, "CRL", [](const std::string& text) { return parse_crls(text, kMostCrls); }));
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        return refused(file, *refusal);
    }
    const auto& crls = std::get<Crls>(decision);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(crls));
    } else {
        print_text(crls);
    }
    return kDone;
}

int accept_cross_file(const IssuerOptions& options, const Path& file, const Chain& chain, Time now) {
    const auto decision = accept_crosses(options.places, chain, now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        return refused(file, *refusal,
                       "both roots are to be pinned: " + options.places.root_certificate().string() + " and " +
                           options.places.next_root_certificate().string());
    }
    if (options.form == Form::json) {
        fmt::print("{}\n", crosses_json(chain));
        return kDone;
    }
    for (const Certificate& cross : chain) {
        fmt::print("accepted:  {}, signed by {}, until {}\n", cross.subject(), cross.issuer(),
                   format_time(cross.not_after()));
    }
    fmt::print("servers send it from their next renewal on\n");
    return kDone;
}

int accept_chain_file(const IssuerOptions& options, const Path& file, const std::string& pem, Time now) {
    const Chain chain = parse_file(file, pem, "chain", parse_chain);
    if (chain.size() == 1 && chain.front().issuer_der() == chain.front().subject_der()) {
        throw Error(ErrorKind::corrupt, name_of(file) + " is a root's certificate, and no chain of an intermediate",
                    "a root is pinned: install -D -m 644 root.pem " + options.places.root_certificate().string() +
                        "; to accept is what 'halfday-root sign' wrote to --out");
    }
    if (is_cross(chain)) {
        return accept_cross_file(options, file, chain, now);
    }
    const std::string key_uri = read_settings(options.places.settings()).issuer_key;
    const auto decision = accept_chain(options.places, chain, key_uri, passphrase_source(options), now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        return refused(file, *refusal,
                       "it is to be what 'halfday-root sign' wrote to --out, for this box's " +
                           (options.places.issuer() / "request.pem").string());
    }
    const auto& accepted = std::get<std::vector<Acceptance>>(decision);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(accepted));
    } else {
        print_text(accepted, now);
    }
    return kDone;
}

}  // namespace

int run_accept(const IssuerOptions& options, const Path& file, Time now) {
    require_owner_runs(options.places, "accept FILE");
    const std::string pem = read_pem(file);
    return looks_like_crl(pem) ? accept_crl_file(options, file, pem) : accept_chain_file(options, file, pem, now);
}

}  // namespace halfday
