#include "ca/x509/fingerprint.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a fingerprint is the first half of SHA-256, in eight groups") {
    // SHA-256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 …
    CHECK(Fingerprint::of_spki("abc").text() == "ba78 16bf 8f01 cfea 4141 40de 5dae 2223");
}

TEST_CASE("a fingerprint may be typed with any of the usual separators") {
    const Fingerprint fingerprint = Fingerprint::of_spki("abc");
    const std::string cases[] = {
        "ba78 16bf 8f01 cfea 4141 40de 5dae 2223",
        "ba7816bf8f01cfea414140de5dae2223",
        "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23",
        " ba78-16bf-8f01-cfea-4141-40de-5dae-2223 ",
    };
    for (const std::string& typed : cases) {
        CAPTURE(typed);
        CHECK(Fingerprint::parse(typed) == fingerprint);
    }
}

TEST_CASE("a fingerprint that is incomplete, too long or has other letters is refused") {
    const std::string cases[] = {
        "",
        "ba78 16bf",
        "ba78 16bf 8f01 cfea 4141 40de 5dae 222",
        "ba78 16bf 8f01 cfea 4141 40de 5dae 2223 0",
        "ba78 16bf 8f01 cfea 4141 40de 5dae 222g",
        "ba78_16bf 8f01 cfea 4141 40de 5dae 2223",
    };
    for (const std::string& typed : cases) {
        CAPTURE(typed);
        CHECK(error_of([&] { return Fingerprint::parse(typed); }).kind() == ErrorKind::usage);
    }
    CHECK(Fingerprint::parse("ba78 16bf 8f01 cfea 4141 40de 5dae 2224") != Fingerprint::of_spki("abc"));
}
