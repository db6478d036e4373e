#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/names.hpp"

namespace halfday {

constexpr std::size_t kMostChainFileBytes = 64 * 1024;  // a chain of two P-256 certificates has 2 KiB

struct ChainFile {
    HostName host;
    EntryName entry;
    std::string text;  // chain_file()'s
};

/// The exchange between issuer and distributor, two users who do not trust each other: small files, written beside and
/// renamed, read by expected name only (read_beneath), never listed.
///     requests/HOST/ENTRY.jws   receipts/HOST/ENTRY.jws     written by the distributor
///     chains/HOST/ENTRY.pem   chains/ledger_head.jws        written by the issuer (no host's name has an underscore;
///     chains/root_crls.pem   chains/_staging/               where it writes many at once)
/// All of it can be lost at any time. A file that is not what it should be (symlink, FIFO, too large) throws
/// Error{corrupt}; its own writer replaces it (a folder when it is empty), and removes what a killed one left beside.
/// Writing what is there already does nothing; what is too large for its place is not written, but
/// throws Error{corrupt}. A host's folder is made when it is missing, those above are root's.
class Spool {
   public:
    explicit Spool(Path exchange) : folder_(std::move(exchange)) {}

    /// Whether it was not there already.
    bool put_request(const HostName& host, const EntryName& entry, std::string_view jws) const;
    void put_receipt(const HostName& host, const EntryName& entry, std::string_view jws) const;
    [[nodiscard]] std::optional<std::string> request(const HostName& host, const EntryName& entry) const;
    [[nodiscard]] std::optional<std::string> receipt(const HostName& host, const EntryName& entry) const;

    /// `chain_file` is chain_file()'s text.
    void publish_chain(const HostName& host, const EntryName& entry, std::string_view chain_file) const;
    /// The same for many, for the price of one sync. For each, whether it is there now.
    [[nodiscard]] std::vector<bool> publish_chains(const std::vector<ChainFile>& chains) const;
    [[nodiscard]] std::optional<std::string> chain(const HostName& host, const EntryName& entry) const;

    /// Removes what killed runs left where many chains and the head are written before they get their names.
    void clear_staging() const noexcept;

    /// sign_head's text.
    void publish_head(std::string_view signed_head) const;
    [[nodiscard]] std::optional<std::string> head() const;

    /// The CRLs that the issuer keeps, as PEM. Writes nothing when they are there.
    void publish_crls(std::string_view pem) const;
    [[nodiscard]] std::optional<std::string> crls() const;

   private:
    [[nodiscard]] Path staging() const;
    void publish(std::string_view name, std::string_view content) const;

    Path folder_;
};

/// "Request: SHA-256 hex of the request's bytes\n" and the chain in PEM.
[[nodiscard]] std::string chain_file(std::string_view request_sha256, std::string_view chain_pem);
/// The hash of the first line; nothing when the line has another form.
[[nodiscard]] std::optional<std::string> answered_request(std::string_view chain_file);

}  // namespace halfday
