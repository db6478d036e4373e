#include "cli/root/qr_code.hpp"

#include <array>
#include <qrcodegen.hpp>

#include "ca/base/error.hpp"
#include "ca/base/joined_secret.hpp"

namespace halfday {
namespace {

constexpr int kQuiet = 4;  // modules (ISO/IEC 18004)

qrcodegen::QrCode encode(const Secret& text) {
    try {
        return qrcodegen::QrCode::encodeText(terminated(text).reveal().data(), qrcodegen::QrCode::Ecc::LOW);
    } catch (const qrcodegen::data_too_long&) {
        throw Error(ErrorKind::usage, "that is too long for a QR code");
    }
}

/// Two modules, one above the other, of which the dark ones are left out.
std::string_view half_blocks(const qrcodegen::QrCode& code, int x, int y) {
    static constexpr std::array<std::string_view, 4> kBlocks{"█", "▄", "▀", " "};
    const unsigned upper = code.getModule(x, y) ? 1 : 0;
    const unsigned lower = code.getModule(x, y + 1) ? 2 : 0;
    return kBlocks.at(upper + lower);
}

}  // namespace

Secret draw_qr_code(const Secret& text) {
    constexpr std::string_view kLightOnDark = "\033[97;40m";
    constexpr std::string_view kPlain = "\033[0m\n";
    constexpr std::size_t kMostBytes = 3;  // of a block
    const qrcodegen::QrCode code = encode(text);
    const int end = code.getSize() + kQuiet;
    const auto width = static_cast<std::size_t>(end) + kQuiet;
    Secret drawn(width * (width * kMostBytes + kLightOnDark.size() + kPlain.size()));
    for (int y = -kQuiet; y < end; y += 2) {
        append(drawn, kLightOnDark);
        for (int x = -kQuiet; x < end; ++x) {
            append(drawn, half_blocks(code, x, y));
        }
        append(drawn, kPlain);
    }
    return drawn;
}

}  // namespace halfday
