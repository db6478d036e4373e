#include "ca/token/open_key.hpp"

#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

constexpr const char* kPin = "81726354";

/// A SoftHSM of this process's own with an empty token "root".
class Token {
   public:
    Token() {
        std::filesystem::create_directory(folder_ / "tokens");
        const std::string conf = folder_ / "softhsm2.conf";
        std::ofstream(conf) << "directories.tokendir = " << (folder_ / "tokens").string()
                            << "\nobjectstore.backend = file\n";
        ::setenv("SOFTHSM2_CONF", conf.c_str(), 1);
        const std::string command = "softhsm2-util --init-token --free --label root --so-pin 12345678 --pin " +
                                    std::string(kPin) + " >/dev/null";
        REQUIRE(std::system(command.c_str()) == 0);
    }

   private:
    TemporaryFolder folder_;
};

/// SoftHSM reads its settings once in a process.
void need_token() { static const Token token; }

KeyUri uri(const std::string& object) { return KeyUri::parse("pkcs11:token=root;object=" + object, "/"); }

PassphraseSource pin(const char* text = kPin) {
    return [text] { return Secret::copy_of(text); };
}

TokenKey make(const std::string& object, const char* algorithm) {
    return open_or_make_token_key(uri(object), KeyAlgorithm::parse(algorithm), pin());
}

}  // namespace

TEST_CASE("what a token refuses is said to be so") {
    need_token();
    // First of all cases: a token that a process is logged in to takes any PIN.
    const Error wrong = error_of([] { return open_key(uri("there"), pin("11111111")); });
    CHECK(wrong.kind() == ErrorKind::usage);
    CHECK(std::string(wrong.what()).starts_with("wrong PIN for the token 'root': "));
    static_cast<void>(make("there", "P-256"));
    const Error no_key = error_of([] { return open_key(uri("elsewhere"), pin()); });
    CHECK(no_key.kind() == ErrorKind::not_found);
    const Error other = error_of([] { return make("there", "P-384"); });
    CHECK(other.kind() == ErrorKind::usage);
    const Error no_type = error_of([] { return make("edwards", "Ed25519"); });
    CHECK(std::string(no_type.what()) == "no key of type Ed25519 is made in a PKCS#11 token");
}

TEST_CASE("a key is made in a token once, and is the same when it is opened again") {
    need_token();
    for (const char* algorithm : {"P-256", "P-384", "RSA-3072"}) {
        CAPTURE(algorithm);
        const std::string name = std::string("once-") + algorithm;
        const TokenKey made = make(name, algorithm);
        CHECK(made.origin == KeyOrigin::made);
        CHECK(made.key.public_key().algorithm() == algorithm);
        CHECK(make(name, algorithm).origin == KeyOrigin::found);
        const PrivateKey opened = open_key(uri(name), pin());
        CHECK(opened.public_key() == made.key.public_key());
        CHECK(made.key.public_key().verifies("message", opened.sign("message")));
        CHECK(message_of([&] { return opened.to_pem(); }) ==
              "the key '" + uri(name).text() + "' is in a token, which it can't leave");
    }
}

TEST_CASE("two keys of one token are open at once") {
    need_token();
    const TokenKey one = make("one", "P-256");
    const TokenKey other = make("other", "P-384");
    CHECK(one.key.public_key().verifies("message", one.key.sign("message")));
    CHECK(other.key.public_key().verifies("message", other.key.sign("message")));
    CHECK_FALSE(one.key.public_key() == other.key.public_key());
}

TEST_CASE("any number of threads sign with one key of a token") {
    constexpr int kThreads = 8;
    constexpr int kSignatures = 25;
    need_token();
    const TokenKey shared = make("shared", "P-256");
    std::vector<int> valid(kThreads);
    {
        std::vector<std::jthread> threads;
        for (int& count : valid) {
            threads.emplace_back([&shared, &count] {
                for (int each = 0; each < kSignatures; ++each) {
                    const std::string message = "message " + std::to_string(each);
                    count += shared.key.public_key().verifies(message, shared.key.sign(message)) ? 1 : 0;
                }
            });
        }
    }
    CHECK(valid == std::vector<int>(kThreads, kSignatures));
}

TEST_CASE("a PIN is asked for once, and what it comes from is heard when it fails") {
    need_token();
    static_cast<void>(make("asked", "P-256"));
    int asked = 0;
    const PassphraseSource counting = [&asked] {
        ++asked;
        return Secret::copy_of(kPin);
    };
    static_cast<void>(open_key(uri("asked"), counting));
    CHECK(asked == 1);
    const Error failed = error_of([] {
        return open_key(uri("asked"), []() -> Secret { throw Error(ErrorKind::usage, "no terminal to ask on"); });
    });
    CHECK(std::string(failed.what()) == "no terminal to ask on");
    const Error none = error_of([] { return open_key(uri("asked"), {}); });
    CHECK(none.kind() == ErrorKind::usage);
    CHECK(std::string(none.what()) == "the token 'root' wants a PIN, and there is none");
}
