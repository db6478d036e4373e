#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ca/base/file.hpp"
#include "ca/base/secret.hpp"
#include "ca/x509/fingerprint.hpp"

namespace halfday {

/// A key algorithm by OpenSSL's own name: "P-256", "P-384", "Ed25519", "RSA-3072", "RSA-4096".
class KeyAlgorithm {
   public:
    /// Throws Error{usage} that lists the names, or says that this OpenSSL lacks it.
    [[nodiscard]] static KeyAlgorithm parse(std::string_view name);
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    bool operator==(const KeyAlgorithm&) const = default;

   private:
    explicit KeyAlgorithm(std::string name) : name_(std::move(name)) {}
    std::string name_;
};

/// Where a private key is: "file:PATH", "pkcs11:token=root;object=key" (RFC 7512) or "handle:0x81000001" (a persistent
/// handle of the TPM; with "?pass" where it has an authorization value).
class KeyUri {
   public:
    /// A relative path is below `folder`. Throws Error{usage}, for a URI that holds a PIN as well: it would be seen in
    /// the list of processes and in configuration.
    [[nodiscard]] static KeyUri parse(std::string_view text, const Path& folder);
    [[nodiscard]] static KeyUri of_file(const Path& path);
    /// As it was given; a file's is absolute: "file:/var/lib/halfday/issuer/key.pem".
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Nothing where the key is in a token.
    [[nodiscard]] const std::optional<Path>& file() const noexcept { return file_; }
    [[nodiscard]] bool is_pkcs11() const noexcept { return text_.starts_with("pkcs11:"); }

   private:
    KeyUri(std::string text, std::optional<Path> file) : text_(std::move(text)), file_(std::move(file)) {}
    std::string text_;
    std::optional<Path> file_;
};

namespace x509 {
struct KeyHandle;  // OpenSSL's EVP_PKEY, seen by ca/x509's sources only
}

/// A public key, kept as the bytes that it came in. Copies share what was decoded; any thread may use one.
class PublicKey {
   public:
    /// `der` is a SubjectPublicKeyInfo. Throws Error{corrupt} for trailing bytes, unknown or weak keys (RSA under 3072
    /// bits, curves other than P-256, P-384 and P-521), points that are not on their curve or are compressed. Cheap for
    /// P-256.
    [[nodiscard]] static PublicKey from_spki(std::string_view der);
    [[nodiscard]] const std::string& spki() const noexcept { return spki_; }
    /// "P-256", "Ed25519", "RSA-3072", …
    [[nodiscard]] std::string algorithm() const;
    [[nodiscard]] Fingerprint fingerprint() const { return Fingerprint::of_spki(spki_); }
    /// DER of the AlgorithmIdentifier of a signature by this key (see PrivateKey::signature_algorithm).
    [[nodiscard]] std::string signature_algorithm() const;
    /// The signature over `message` with this key's one digest (SHA-256 for P-256 and RSA, SHA-384 for P-384, SHA-512
    /// for P-521, none for Ed25519). A malformed signature is just not valid.
    [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;
    bool operator==(const PublicKey& other) const noexcept { return spki_ == other.spki_; }

   private:
    friend class PrivateKey;
    PublicKey(std::string spki, std::shared_ptr<const x509::KeyHandle> handle)
        : spki_(std::move(spki)), handle_(std::move(handle)) {}
    std::string spki_;
    std::shared_ptr<const x509::KeyHandle> handle_;
};

/// From here on private keys are in memory that is locked where the limits allow it, kept out of core dumps and cleared
/// when it is freed (OpenSSL's secure heap, room for some dozen keys). Once, before the first key. Throws Error{io}.
void lock_key_memory();

/// What is said of an encrypted key without a source of its passphrase.
inline constexpr const char* kNoPassphrase = "is encrypted and there is no passphrase for it";

/// Asks for a passphrase: a prompt, a file, a systemd credential. Called at most once a load, and only when the key is
/// encrypted.
using PassphraseSource = std::function<Secret()>;

/// A private key, in OpenSSL's memory and cleared by it, or in a token. Move-only.
class PrivateKey {
   public:
    /// Throws Error{io}.
    [[nodiscard]] static PrivateKey generate(const KeyAlgorithm& algorithm);
    /// Reads a file (PKCS#8, encrypted or not). Throws Error{not_found}; Error{usage} for a wrong passphrase, or an
    /// encrypted key without a source; Error{corrupt} when what is there is no private key. Keys elsewhere are opened
    /// by ca/token/open_key.hpp.
    [[nodiscard]] static PrivateKey load(const Path& file, const PassphraseSource& passphrase = {});
    /// For ca/x509's own ways to open a key.
    explicit PrivateKey(std::shared_ptr<const x509::KeyHandle> handle);

    /// PKCS#8 PEM in the clear. Throws Error{io} for a key that does not leave its token.
    [[nodiscard]] Secret to_pem() const;
    /// PKCS#8 PEM under scrypt (N=2^14, r=8, p=5) and AES-256-CBC. OpenSSL 3.0 loads nothing that needs more than 32
    /// MiB, which N=2^15 does; p=5 makes a guess cost what it costs with N=2^17, p=1.
    [[nodiscard]] std::string to_encrypted_pem(const Secret& passphrase) const;

    [[nodiscard]] const PublicKey& public_key() const noexcept { return *public_key_; }
    /// Signs with the key's one digest (see PublicKey::verifies). Any thread may call it. Throws Error{io}.
    [[nodiscard]] std::string sign(std::string_view message) const;
    /// DER of the AlgorithmIdentifier that sign() makes (RFC 5758, RFC 8410, RFC 4055 for RSA with PKCS#1 v1.5).
    [[nodiscard]] std::string signature_algorithm() const;

   private:
    std::shared_ptr<const x509::KeyHandle> handle_;
    std::unique_ptr<PublicKey> public_key_;
};

}  // namespace halfday
