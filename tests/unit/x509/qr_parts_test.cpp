#include "ca/x509/qr_parts.hpp"

#include <algorithm>
#include <numeric>

#include "ca/x509/digest.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

std::string text_of(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
        text += to_base64(sha256_hex(std::to_string(text.size()))) + "\n";
    }
    return text.substr(0, bytes);
}

std::string concatenated(const std::vector<std::string>& codes) {
    return std::accumulate(codes.begin(), codes.end(), std::string(),
                           [](std::string all, const std::string& code) { return std::move(all) + code + "\n"; });
}

std::string joined(const std::string& scanned) { return std::get<std::string>(join_qr(scanned)); }
std::string refused(const std::string& scanned) { return std::get<Refusal>(join_qr(scanned)).text(); }

}  // namespace

TEST_CASE("a file's QR codes give the file again, in any order, doubled, and with other codes between") {
    for (const std::size_t bytes : {1U, 263U, 264U, 265U, 1'200U, 65'536U}) {
        CAPTURE(bytes);
        const std::string text = text_of(bytes);
        std::vector<std::string> codes = split_for_qr(text);
        CHECK(codes.size() == (bytes + 263) / 264);
        CHECK(std::all_of(codes.begin(), codes.end(), [](const std::string& code) { return code.size() <= 321; }));
        CHECK(joined(concatenated(codes)) == text);
        std::reverse(codes.begin(), codes.end());
        codes.insert(codes.begin() + 1, "https://example.org/HALFDAY:1:nonsense");
        codes.push_back(codes.front());
        CHECK(joined(concatenated(codes)) == text);
    }
}

TEST_CASE("a file whose text looks like a code is read as what it is") {
    const std::string text = concatenated(split_for_qr("another file\n"));
    CHECK(joined(concatenated(split_for_qr(text))) == text);
}

TEST_CASE("codes that are missing, of other files or misread are refused by what is wrong with them") {
    std::vector<std::string> codes = split_for_qr(text_of(1'500));
    REQUIRE(codes.size() == 6);
    CHECK(refused("") == "there is no code of 'halfday-root qr' in it");
    CHECK(refused("HALFDAY:1:") == "there is no code of 'halfday-root qr' in it");
    CHECK(refused(codes[0] + "\n" + codes[3] + "\n" + codes[5]) == "of 6 codes these are missing: 2, 3, 5");
    CHECK(refused(concatenated(codes) + split_for_qr("other")[0]) == "there are codes of more than one file in it");
    CHECK(refused(concatenated(codes).substr(0, 1'600)) == "of 6 codes these are missing: 6");
    std::string misread = concatenated(codes);
    misread[200] = misread[200] == 'a' ? 'b' : 'a';
    CHECK(refused(misread) == "the codes were not read as they were shown");
    const std::string hash(32, '0');
    for (const char* numbers : {"0:1:1\nx", "2:1:1\nx", "1:999999:1\nx", "1:1:2\nx", "-1:1:1\nx", "1:1:\nx", "1:1:1"}) {
        CAPTURE(numbers);
        CHECK(refused("HALFDAY:1:" + hash + ":" + numbers) == "there is no code of 'halfday-root qr' in it");
    }
}

TEST_CASE("what scanners would change, and too much, is not shown") {
    for (const std::string& text : {std::string(), text_of(65'537), std::string("tab\t"), std::string("\0", 1),
                                    std::string("\xc3\xa9"), std::string("\r\n")}) {
        CHECK(error_of([&] { return split_for_qr(text); }).kind() == ErrorKind::usage);
    }
}
