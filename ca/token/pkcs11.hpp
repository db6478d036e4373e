#pragma once

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/x509/key.hpp"

namespace halfday::pkcs11 {

// PKCS#11 2.40 through p11-kit, which loads modules, knows those that are registered, and reads URIs. For ca/token's
// sources alone.

/// Throws Error "WHAT: p11-kit's words for `reason`".
[[noreturn]] void fail(ErrorKind kind, const std::string& what, CK_RV reason, std::string hint = {});

/// A parsed URI of a key.
class Uri {
   public:
    /// Throws Error{usage}.
    explicit Uri(const KeyUri& uri);
    [[nodiscard]] P11KitUri* get() const noexcept { return uri_.get(); }
    [[nodiscard]] std::string module_path() const;
    /// CKA_LABEL ("object"), CKA_ID; nothing where the URI doesn't say.
    [[nodiscard]] std::optional<std::string> attribute(CK_ATTRIBUTE_TYPE type) const;
    /// As it was given, in quotes and fit for a terminal.
    [[nodiscard]] const std::string& shown() const noexcept { return shown_; }

   private:
    struct Free {
        void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
    };
    std::unique_ptr<P11KitUri, Free> uri_;
    std::string shown_;
};

/// The modules that a URI may mean, loaded and initialized: the one of its module-path, or all that are registered.
class Modules {
   public:
    /// Throws Error{not_found} for a module-path that can't be loaded.
    explicit Modules(const Uri& uri);
    Modules(const Modules&) = delete;
    Modules& operator=(const Modules&) = delete;
    Modules(Modules&&) = delete;
    Modules& operator=(Modules&&) = delete;
    ~Modules();
    [[nodiscard]] const std::vector<CK_FUNCTION_LIST*>& all() const noexcept { return all_; }

   private:
    CK_FUNCTION_LIST** registered_ = nullptr;
    CK_FUNCTION_LIST* named_ = nullptr;
    std::vector<CK_FUNCTION_LIST*> all_;
};

/// A token that is in its slot.
struct Token {
    CK_FUNCTION_LIST* module;
    CK_SLOT_ID slot;
    CK_TOKEN_INFO info;

    [[nodiscard]] std::string label() const;  // in quotes
    [[nodiscard]] bool wants_login() const noexcept { return (info.flags & CKF_LOGIN_REQUIRED) != 0; }
    /// It has a pad of its own for the PIN.
    [[nodiscard]] bool has_pad() const noexcept { return (info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0; }
};

/// The one token that fits. Throws Error{not_found} for none, Error{usage} for several, with their labels.
[[nodiscard]] Token find_token(const Modules& modules, const Uri& uri);

enum class SessionUse { read, write };

/// Closed, and logged out where it logged in, at its end.
class Session {
   public:
    Session(const Token& token, SessionUse use);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(Session&&) = delete;
    ~Session();

    /// `pin` is null where the token has a pad. Throws Error{usage} for a wrong or locked PIN.
    void log_in(const Secret* pin);
    /// The private keys that `uri` fits.
    [[nodiscard]] std::vector<CK_OBJECT_HANDLE> private_keys(const Uri& uri) const;
    /// An attribute of bytes; "" where the object has none.
    [[nodiscard]] std::string bytes_of(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
    [[nodiscard]] CK_SESSION_HANDLE get() const noexcept { return handle_; }
    [[nodiscard]] const Token& token() const noexcept { return token_; }

   private:
    const Token& token_;
    CK_SESSION_HANDLE handle_ = CK_INVALID_HANDLE;
    bool logged_in_ = false;
};

/// A CKA_LABEL, CKA_ID, … whose bytes `value` holds.
[[nodiscard]] CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, std::string_view value);

/// A new key pair in the session's token with the URI's label and id (a random one where it has none). Throws
/// Error{usage} for an algorithm that is not made there, Error{io}.
void generate(const Session& session, const Uri& uri, const KeyAlgorithm& algorithm);

}  // namespace halfday::pkcs11
