#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ca/base/refusal.hpp"
#include "ca/root/airgap.hpp"
#include "ca/root/ceremony_file.hpp"
#include "ca/root/ceremony_record.hpp"
#include "ca/root/root_folder.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/name_constraints.hpp"
#include "ca/x509/serial.hpp"
#include "cli/common/inspect.hpp"
#include "cli/root/commands.hpp"

namespace halfday {

inline constexpr const char* kProgram = "halfday-root";

/// Ends the command with status 1: "WHAT: the reasons".
[[noreturn]] void refuse(const std::string& what, const Refusal& refusal, const std::string& hint = {});

/// What was decided, or the end of the command.
template <class T>
[[nodiscard]] T accepted(Decision<T> decision, const std::string& what, const std::string& hint = {}) {
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        refuse(what, *refusal, hint);
    }
    return std::get<T>(std::move(decision));
}

/// Looks at the network before and after the root's key is used.
class NetworkGuard {
   public:
    explicit NetworkGuard(NetworkPolicy policy) : policy_(policy) {}

    /// Ends the command when there is a network and that was not allowed; otherwise warns of it, once.
    void look_before();
    /// The verdict after the key was used: whether what it signed may be given out.
    [[nodiscard]] Verdict look_after();
    /// All that was found, for the ceremony log.
    [[nodiscard]] const NetworkFindings& findings() const noexcept { return findings_; }

   private:
    void look();
    NetworkPolicy policy_;
    NetworkFindings findings_;
};

/// Puts what the key has signed on record, as released or, where a network came up meanwhile, as withheld; then ends
/// the command with `withheld`, which says what, and the hint. What it returns from may leave the program.
void record_signed(const RootFolder& folder, CeremonyRecord record, const PrivateKey& key, NetworkGuard& guard,
                   const std::string& withheld, const std::string& hint);

/// The root's certificate. Throws Error{not_found} where no root was made.
[[nodiscard]] Certificate read_root(const RootFolder& folder);

inline constexpr const char* kLogHint =
    "hold it against an export (log verify --against FILE), and bring back the newest; with none left, halfday-root "
    "log begin";
/// Ends the command when the ceremony log is gone or not whole: before the key is used, so that each use is on record.
void require_whole_log(const RootFolder& folder, const Certificate& root);

/// Ends the command when `out` is there already or its folder can't be written to: before the key is used.
void require_free(const Path& out);

/// Throws Error{usage}.
[[nodiscard]] NameConstraints parse_constraints(const ConstraintOptions& options);

// The ceremonies themselves: what flags or a ceremony file ask for, held as the options say.
int hold_init(const InitOrder& order, const CeremonyOptions& options, Time now);
int hold_sign(const SignOrder& order, const CeremonyOptions& options, Time now);

int hold_crl(const CrlOrder& order, const CeremonyOptions& options, Time now);
int hold_rotate(const RotateOrder& order, const CeremonyOptions& options, Time now);
int hold_share(const ShareOptions& options, Time now);

// The same with a throw-away root in memory, of which nothing is left but an event in the ceremony log.
// --passphrase-file is for that root.
int rehearse_init(const InitOrder& order, const CeremonyOptions& options, Time now);
int rehearse_sign(const SignOrder& order, const CeremonyOptions& options, Time now);
int rehearse_rotate(const RotateOrder& order, const CeremonyOptions& options, Time now);
int rehearse_share(const ShareOptions& options, Time now);

/// A new serial of this root's.
[[nodiscard]] Serial fresh_serial();

}  // namespace halfday
