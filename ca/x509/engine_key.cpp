// OpenSSL 3 calls engines deprecated in favour of providers, and Debian 12 has no other way to a PKCS#11 token: this
// file alone uses them.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/engine.h>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/joined_secret.hpp"
#include "ca/x509/handles.hpp"
#include "ca/x509/token_key.hpp"

namespace halfday {
namespace {

using EnginePtr = x509::Ptr<ENGINE, ENGINE_free>;

/// libp11's engine with one module.
class Engine {
   public:
    explicit Engine(std::string module) : module_(std::move(module)), engine_(ENGINE_by_id("pkcs11")) {
        if (engine_ == nullptr) {
            x509::throw_openssl(ErrorKind::not_found, "this OpenSSL can't open keys in a PKCS#11 token",
                                "apt install libengine-pkcs11-openssl p11-kit-modules");
        }
        command("QUIET", nullptr);  // its reasons are in OpenSSL's queue as well
        if (!module_.empty()) command("MODULE_PATH", module_.c_str());
        if (ENGINE_init(engine_.get()) != 1) {
            x509::throw_openssl(ErrorKind::io, "cannot begin to use PKCS#11 tokens");
        }
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    Engine(Engine&&) = delete;
    Engine& operator=(Engine&&) = delete;
    ~Engine() { ENGINE_finish(engine_.get()); }

    [[nodiscard]] const std::string& module() const noexcept { return module_; }

    [[nodiscard]] x509::EvpPkeyPtr load(const std::string& uri, const Secret* pin) {
        if (pin != nullptr) command("PIN", terminated(*pin).data());
        return x509::EvpPkeyPtr(ENGINE_load_private_key(engine_.get(), uri.c_str(), nullptr, nullptr));
    }

   private:
    void command(const char* name, const char* value) {
        if (ENGINE_ctrl_cmd_string(engine_.get(), name, value, 0) != 1) {
            x509::throw_openssl(ErrorKind::io, std::string("the PKCS#11 engine does not know ") + name);
        }
    }

    std::string module_;
    EnginePtr engine_;
};

/// The one that keys of this process still use, or a new one: OpenSSL has one engine of a name, and it has one module.
std::shared_ptr<Engine> engine_for(const std::string& module) {
    static std::weak_ptr<Engine> last;
    auto engine = last.lock();
    if (engine == nullptr) {
        engine = std::make_shared<Engine>(module);
        last = engine;
    } else if (engine->module() != module) {
        throw Error(ErrorKind::usage,
                    "keys of two PKCS#11 modules, '" + printable(engine->module()) + "' and '" + printable(module) +
                        "', can't be open at once",
                    "register both with p11-kit, and leave module-path out of the URIs");
    }
    return engine;
}

}  // namespace

PrivateKey load_engine_key(const EngineKey& key, const Secret* pin) {
    const auto engine = engine_for(key.module);
    auto opened = engine->load(key.uri, pin);
    if (opened == nullptr) {
        x509::throw_openssl(ErrorKind::io, "cannot open the key '" + printable(key.where) + "'");
    }
    static_cast<void>(x509::drain_openssl_errors());
    auto token = std::make_unique<x509::TokenHold>();
    token->owner = engine;
    token->where = key.where;
    token->sign_advice =
        "is the token still there? One that reads files while it signs, as SoftHSM does, needs their folder in "
        "halfday.yaml: issuer: {token_folders: […]}";
    return PrivateKey(x509::classify(std::move(opened), std::move(token)));
}

}  // namespace halfday
