#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/base/names.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/ledger_row.hpp"
#include "ca/exchange/shared_key.hpp"
#include "ca/issuer/closed_months.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

/// A certificate that was signed and is to be recorded before anybody gets it.
struct Issuance {
    Time at;
    HostName host;
    EntryName entry;
    std::string request_id;      // jti
    std::string request_sha256;  // of the request's bytes, hex
    Certificate certificate;
};

/// What to do when a ledger is damaged.
inline constexpr const char* kDamagedLedgerHint =
    "find out who or what wrote to it; then move the issuer's folder aside, as evidence, and restore the newest "
    "backup: "
    "docs/runbooks/issuer-lost.md";

/// What to look for: all that is given must hold.
struct LedgerQuery {
    std::optional<HostName> host = std::nullopt;
    std::optional<GeneralName> name = std::nullopt;  // one of the certificate's; the only one without an index
    std::string serial = {};                         // its first digits
    std::optional<Time> since = std::nullopt;
    std::optional<Time> until = std::nullopt;
    int most = 100;
};

/// Some of a row, for as long as it is looked at.
struct RowGlance {
    std::int64_t sequence;
    Time at;
    Time not_after;
    std::string_view host;
    std::string_view entry;
    std::string_view request_sha256;
    std::string_view serial;
    std::string_view names;  // separated by a space
};

struct IssuedCertificate {
    Time at;
    Certificate certificate;
};

/// The last moment that the ledger knows: a later run's clock is held against it (clock_check.hpp).
struct LedgerMoment {
    enum class Origin { certificate, accepted_clock };
    Time at;
    Origin origin = Origin::certificate;
};

/// Rows that left the ledger for a file (archive_file.hpp).
struct LedgerArchive {
    MonthRows rows;           // without last_not_after
    std::string hash;         // of its last row
    std::string file_sha256;  // hex
    Path file;
};

/// Every certificate that was ever issued: one SQLite file (WAL, synchronous=FULL), append-only by triggers (against
/// accidents, not against its owner), each row bound to the one before by SHA-256; rows of closed months may be moved
/// to archives, files in the folder "archive" beside it. The schema is in ledger_schema.hpp.
/// Not for several threads at once. Every function throws Error{io} or Error{corrupt} with SQLite's words.
class Ledger {
   public:
    /// Makes the file (0600), which must not exist, with a new random log id.
    [[nodiscard]] static Ledger start(const Path& path, Time now);
    /// Opens what start() made, and recomputes the last row's hash. Throws Error{not_found} where there is none.
    [[nodiscard]] static Ledger open(const Path& path);
    /// Makes the file with a new log id of all that is in `copy`, another ledger's copy whose heads `key` signed. Rows
    /// keep their numbers, times and contents, and are bound anew; origins() tells where they come from. `copy` is
    /// brought up to date. Throws Error{corrupt} when it does not hold or does not stand where `origin` says; then
    /// nothing was made.
    [[nodiscard]] static Ledger restore(const Path& path, const Path& copy, const LedgerOrigin& origin, Time now);
    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;
    ~Ledger();

    [[nodiscard]] const std::string& log_id() const;
    [[nodiscard]] LedgerHead head() const;
    /// The logs that this one was restored from, the oldest first.
    [[nodiscard]] std::vector<LedgerOrigin> origins() const;
    /// When the last certificate was issued, or what the clock said when it was accepted after that.
    [[nodiscard]] std::optional<LedgerMoment> last_moment() const;

    [[nodiscard]] std::optional<LedgerRow> newest(const HostName& host, const EntryName& entry) const;
    /// Calls `see` for the last rows, the newest first, at most `most` and as long as it says that it wants more.
    void walk_back(std::size_t most, const std::function<bool(const RowGlance& row)>& see) const;
    /// What a request with this id was answered with.
    [[nodiscard]] std::optional<LedgerRow> answer_to(const HostName& host, const EntryName& entry,
                                                     std::string_view request_id) const;
    /// How many certificates were issued for the entry after `since` and not after `now` (by a clock that was wrong);
    /// counts no further than `most`.
    [[nodiscard]] int count_within(const HostName& host, const EntryName& entry, Time since, Time now, int most) const;
    /// The keys that two hosts had in certificates at once, one of which has not ended by `now`, the newest first, at
    /// most 1000.
    [[nodiscard]] std::vector<SharedKey> shared_keys(Time now) const;
    /// The certificate and the intermediate under it, in PEM.
    [[nodiscard]] std::string chain_pem(std::int64_t sequence) const;

    /// Whether the certificate with this serial is under the intermediate with this SHA-256 (hex). No for one that the
    /// ledger does not have.
    [[nodiscard]] bool is_under(std::string_view serial, const std::string& intermediate_sha256) const;

    /// The certificate with this serial, and when it was issued. Nothing for one that the ledger does not have.
    [[nodiscard]] std::optional<IssuedCertificate> certificate(std::string_view serial) const;

    /// Does `work`, whose questions are all answered from the same moment: thousands of them are answered faster so.
    void in_one_moment(const std::function<void()>& work) const;

    /// The newest first, without those in archives.
    [[nodiscard]] std::vector<LedgerRow> find(const LedgerQuery& query) const;
    /// Calls `put` with the line in an export (ledger_export.hpp) of each row of one moment, archived ones too, the
    /// oldest first. Before that, once, `begin` with the head of the same moment. Throws when an archive is missing or
    /// was changed.
    void export_rows(const std::function<void(const LedgerHead& head)>& begin,
                     const std::function<void(const std::string& line)>& put) const;
    /// The same of these rows, which are in no archive.
    void export_rows(std::int64_t first, std::int64_t last,
                     const std::function<void(const std::string& line)>& put) const;

    /// The months that are in archives, the oldest first.
    [[nodiscard]] std::vector<LedgerArchive> archives() const;
    /// Those that are not, each with its first and last row.
    [[nodiscard]] std::vector<MonthRows> months() const;
    /// Where the archive of these rows is or will be.
    [[nodiscard]] Path archive_file(const MonthRows& rows) const;
    /// The hash of the row `sequence`: one that it has, or an archive's last one; of 0, what the first is bound to.
    /// Nothing of another.
    [[nodiscard]] std::optional<std::string> hash_at(std::int64_t sequence) const;
    /// Where the ledger stood after the row `sequence`, one that hash_at knows.
    [[nodiscard]] LedgerHead head_at(std::int64_t sequence) const;
    /// Records the archive and deletes its rows, both or neither, and only the oldest rows.
    void let_go(const LedgerArchive& archive, Time now);
    /// Gives the disk back what deleted rows took, if it is a good part of the file. Needs that much room for a time.
    void shrink();

    /// Writes a copy of one moment to a file (0600), which must not exist.
    void copy_to(const Path& path) const;

    /// Records all or none, in their order, and returns their rows. When it returns they are on disk. A serial, a
    /// request or an id that is there already makes it throw.
    std::vector<LedgerRow> record(const std::vector<Issuance>& issuances, const Certificate& intermediate);

    /// Records that a person accepts a clock that says `now`, whatever the ledger's last moment is. On disk when it
    /// returns.
    void accept_clock(Time now);

    /// Walks the whole ledger, archives first: SQLite's pages, sequence, hash chain, and that columns say what the
    /// certificates do. The refusal names the first archive, page or row that is wrong.
    [[nodiscard]] Verdict verify() const;

    struct Store;  // for its own sources alone

   private:
    explicit Ledger(std::unique_ptr<Store> store);
    std::unique_ptr<Store> store_;
};

}  // namespace halfday
