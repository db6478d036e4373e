#include "ca/x509/digest.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("SHA-256 gives FIPS 180-2's examples") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("random bytes are as many as asked for and not the same twice") {
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(32).size() == 32);
    CHECK(random_bytes(32) != random_bytes(32));
}

TEST_CASE("base64 and base64url give RFC 4648's examples and read them back") {
    struct Case {
        std::string bytes;
        std::string base64;
        std::string base64url;
    };
    const Case cases[] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg==", "Zm9vYg"},
        {"\xfb\xff\xbf", "+/+/", "-_-_"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.base64);
        CHECK(to_base64(c.bytes) == c.base64);
        CHECK(from_base64(c.base64) == c.bytes);
        CHECK(to_base64url(c.bytes) == c.base64url);
        CHECK(from_base64url(c.base64url) == c.bytes);
    }
    const std::string bytes = random_bytes(1000);
    CHECK(from_base64(to_base64(bytes)) == bytes);
    CHECK(from_base64url(to_base64url(bytes)) == bytes);
}

TEST_CASE("base64url has one spelling for each value") {
    const std::string cases[] = {
        "Zg==",
        "Zg=",
        "Z",
        "Zm9vY",
        "Zm9vA",
        "A",
        "Zh",
        "Zm9",
        "Zm 9v",
        "Zm9v\n",
        "+/+/",
        "Zm9v.",
        std::string("Zm9\0", 4),
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        CHECK(error_of([&] { return from_base64url(text); }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("base64 has one spelling for each value") {
    const std::string cases[] = {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "-_-_", "=Zm9"};
    for (const std::string& text : cases) {
        CAPTURE(text);
        CHECK(error_of([&] { return from_base64(text); }).kind() == ErrorKind::corrupt);
    }
}
