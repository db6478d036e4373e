#pragma once

#include <exception>
#include <optional>

#include "ca/x509/key.hpp"
#include "ca/x509/openssl.hpp"

namespace halfday::x509 {

/// What a passphrase is asked of, and what became of it; OSSL_STORE asks through `method`, with this as its data. A
/// source is called once, however often OpenSSL asks.
class KeyPrompt {
   public:
    explicit KeyPrompt(const PassphraseSource& source);
    KeyPrompt(const KeyPrompt&) = delete;
    KeyPrompt& operator=(const KeyPrompt&) = delete;
    KeyPrompt(KeyPrompt&&) = delete;
    KeyPrompt& operator=(KeyPrompt&&) = delete;
    ~KeyPrompt() = default;

    [[nodiscard]] const UI_METHOD* method() const noexcept { return method_.get(); }
    [[nodiscard]] bool was_asked() const noexcept { return asked_; }
    /// What the source threw, which could not cross OpenSSL's frames.
    void rethrow_failure() const {
        if (failure_) std::rethrow_exception(failure_);
    }

   private:
    static int answer(UI* ui, UI_STRING* string);

    const PassphraseSource& source_;
    UiMethodPtr method_;
    std::optional<Secret> answer_;
    bool asked_ = false;
    std::exception_ptr failure_;
};

/// The first private key in `store`; null when there is none, with the reasons in OpenSSL's queue.
[[nodiscard]] EvpPkeyPtr first_key(OSSL_STORE_CTX* store);

}  // namespace halfday::x509
