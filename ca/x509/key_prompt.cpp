#include "ca/x509/key_prompt.hpp"

namespace halfday::x509 {

KeyPrompt::KeyPrompt(const PassphraseSource& source)
    : source_(source), method_(require(UiMethodPtr(UI_create_method("halfday")), "out of memory")) {
    require(UI_method_set_reader(method_.get(), answer) == 0, "cannot ask for a passphrase");
}

/// UI_METHOD's reader: 1 done, 0 failed.
int KeyPrompt::answer(UI* ui, UI_STRING* string) {
    const UI_string_types type = UI_get_string_type(string);
    if (type != UIT_PROMPT && type != UIT_VERIFY) return 1;
    auto& prompt = *static_cast<KeyPrompt*>(UI_get0_user_data(ui));
    prompt.asked_ = true;
    if (!prompt.source_ || prompt.failure_) return 0;  // OpenSSL asks again for each decoder
    try {
        if (!prompt.answer_) prompt.answer_ = prompt.source_();
        const std::string_view text = prompt.answer_->reveal();
        return UI_set_result_ex(ui, string, text.data(), length_of(text)) == 0 ? 1 : 0;
    } catch (...) {
        prompt.failure_ = std::current_exception();
        return 0;
    }
}

EvpPkeyPtr first_key(OSSL_STORE_CTX* store) {
    while (OSSL_STORE_eof(store) == 0 && OSSL_STORE_error(store) == 0) {
        const StoreInfoPtr info(OSSL_STORE_load(store));
        if (info != nullptr && OSSL_STORE_INFO_get_type(info.get()) == OSSL_STORE_INFO_PKEY) {
            return EvpPkeyPtr(OSSL_STORE_INFO_get1_PKEY(info.get()));
        }
    }
    return nullptr;
}

}  // namespace halfday::x509
