// halfday-root revoke and crl: the list and the number come from the ceremony log; everything is checked and shown
// before the root's key is opened, and the CRL is in the log before it leaves.

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/revocation.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/chain.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostPemBytes = 128 * 1024;

/// What the file is for, put before what is wrong with it.
template <class Parse>
auto parse_file(const Path& file, const char* noun, Parse parse) {
    const std::string pem = read_file(file, kMostPemBytes);
    try {
        return parse(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("'{}' is no {}: {}", printable(file.string()), noun, error.what()));
    }
}

/// A serial as `openssl x509 -serial` and browsers show it too: in capitals, with colons.
std::string serial_of(const std::string& target) {
    if (std::filesystem::exists(target)) {
        return parse_file(target, "certificate", parse_chain).front().serial_hex();
    }
    std::string serial = target;
    std::erase(serial, ':');
    std::transform(serial.begin(), serial.end(), serial.begin(),
                   [](unsigned char digit) { return static_cast<char>(std::tolower(digit)); });
    if (serial.empty() || serial.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw Error(ErrorKind::usage, "'" + printable(target) + "' is neither a file nor a serial number in hex",
                    "halfday-root log shows the serial numbers of all that was signed");
    }
    return serial;
}

RevocationOrder revocation_of(const CrlOrder& order) {
    RevocationOrder revocation{{}, order.reason};
    for (const std::string& target : order.revoked) {
        revocation.serials.push_back(serial_of(target));
    }
    return revocation;
}

std::vector<Crl> crls_before(const CrlOrder& order, const std::vector<LoggedRecord>& log, const Certificate& root) {
    std::vector<Crl> before = issued_crls(log, root);
    if (!order.after.empty()) {
        Crl crl = parse_file(order.after, "CRL", Crl::parse_pem);
        if (const auto problem = crl_problem(crl, root)) {
            refuse("'" + printable(order.after.string()) + "' is not this root's CRL", Refusal{{*problem}});
        }
        before.push_back(std::move(crl));
    }
    return before;
}

/// "SERIAL 'NAME', until TIME (REASON)".
std::string describe(const RevokedCertificate& revoked, const std::vector<Certificate>& signed_ones) {
    const auto found = std::find_if(signed_ones.begin(), signed_ones.end(),
                                    [&](const Certificate& each) { return each.serial_hex() == revoked.serial_hex; });
    const std::string who =
        found == signed_ones.end()
            ? ""
            : fmt::format(" '{}', which ends {}", printable(found->subject()), format_time(found->not_after()));
    return fmt::format("{}{}: {}, {}", revoked.serial_hex, who, to_text(revoked.reason), format_time(revoked.at));
}

void announce(const CrlToBeSigned& tbs, const std::vector<Certificate>& signed_ones) {
    std::vector<std::string> revoked;
    for (const RevokedCertificate& each : tbs.revoked) {
        revoked.push_back(describe(each, signed_ones));
    }
    fmt::print("a CRL is to be signed\n{}",
               format_facts({
                   {"number", std::to_string(tbs.number)},
                   {"this update", format_time(tbs.this_update)},
                   {"next update", format_time(tbs.next_update)},
                   {"revoked", revoked.empty() ? std::vector<std::string>{"none"} : revoked},
               }));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
}

void give_out(const CrlOrder& order, const CeremonyOptions& options, const Crl& crl, const PrivateKey& key,
              NetworkGuard& guard, Time now) {
    record_signed(options.folder,
                  {.at = now,
                   .command = order.revoked.empty() ? "crl" : "revoke",
                   .crl = RecordedCrl{crl.number(), crl.next_update(), crl.pem()},
                   .note = options.note},
                  key, guard, "a network came up while the root's key was open, so the CRL is withheld",
                  "unplug it and run the same again");
    write_new(order.out, crl.pem(), Access{0644});
    fmt::print("signed\n{}", format_facts({
                                 {"CRL", printable(order.out.string())},
                                 {"number", std::to_string(crl.number())},
                             }));
}

/// Reads, checks and shows all of it.
LintedCrl prepare(const CrlOrder& order, const RootFolder& folder, const Certificate& root, Time now) {
    const std::vector<LoggedRecord> log = read_log(folder.log());
    const std::vector<Certificate> signed_ones = signed_intermediates(log, root);
    const std::vector<Crl> before = crls_before(order, log, root);
    const auto revoked = accepted(choose_revoked(revocation_of(order), signed_ones), "nothing was revoked",
                                  "halfday-root log shows the serial numbers of all that was signed");
    const CrlToBeSigned tbs = plan_crl(revoked, order.reason, before, root, order.next_update, now);
    LintedCrl linted = accepted(lint_crl(tbs, root, before), "no CRL was signed");
    require_free(order.out);
    announce(tbs, signed_ones);
    if (!order.revoked.empty()) {
        print_warning(kProgram,
                      "clients of the web servers see no CRL: what is signed with a stolen key is good for them until "
                      "the intermediate ends");
    }
    return linted;
}

/// All but what needs the key; the log as it is, or where there is none as if nothing had been signed.
int check_crl(const CrlOrder& order, const CeremonyOptions& options, Time now) {
    static_cast<void>(prepare(order, options.folder, read_root(options.folder), now));
    return kDone;
}

}  // namespace

int hold_crl(const CrlOrder& order, const CeremonyOptions& options, Time now) {
    if (options.extent == Extent::rehearse) {
        throw Error(ErrorKind::usage, "a throw-away root has signed nothing that it could revoke",
                    "--check shows all that a CRL is going to say");
    }
    if (options.extent == Extent::check) {
        return check_crl(order, options, now);
    }
    NetworkGuard guard(options.network);
    guard.look_before();
    const Certificate root = read_root(options.folder);
    const FileLock lock = FileLock::acquire(options.folder.lock(), kProgram, 0);
    require_whole_log(options.folder, root);
    LintedCrl linted = prepare(order, options.folder, root, now);
    guard.look_before();
    const PrivateKey key = open_root_key(options);
    give_out(order, options, sign_crl(std::move(linted), key), key, guard, now);
    return kDone;
}

int run_crl(const CrlOptions& options, Time now) {
    const CrlOrder order{options.revoked, parse_revocation_reason(options.reason), parse_duration(options.next_update),
                         options.after, options.out};
    return hold_crl(order, options.ceremony, now);
}

}  // namespace halfday
