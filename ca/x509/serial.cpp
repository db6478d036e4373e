#include "ca/x509/serial.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {

namespace {

constexpr std::uint8_t kMostInstance = 127;  // the highest bit would make the INTEGER negative

}  // namespace

Serial Serial::make(std::uint8_t instance, std::string_view random) {
    if (instance < 1 || instance > kMostInstance) {
        throw Error(ErrorKind::usage, "instance " + std::to_string(instance) + " of a serial number is not 1 to 127");
    }
    Serial serial;
    if (random.size() != serial.bytes_.size() - 1) {
        throw Error(ErrorKind::usage, "a serial number needs 15 random bytes, not " + std::to_string(random.size()));
    }
    serial.bytes_[0] = instance;
    std::copy(random.begin(), random.end(), serial.bytes_.begin() + 1);
    return serial;
}

Serial Serial::make_at(std::uint8_t instance, Time at, std::string_view random) {
    constexpr std::array kShifts{24, 16, 8, 0};
    const auto seconds = static_cast<std::uint64_t>(at.time_since_epoch().count());
    std::string rest;
    for (const int shift : kShifts) {
        rest.push_back(static_cast<char>(seconds >> static_cast<unsigned>(shift)));
    }
    return make(instance, rest.append(random));
}

Serial Serial::parse(std::string_view hex) {
    const std::string bytes = from_hex(hex);
    Serial serial;
    if (bytes.size() != serial.bytes_.size()) {
        throw Error(ErrorKind::corrupt, "serial number '" + printable(hex) + "' does not have 32 hex digits");
    }
    const auto instance = static_cast<std::uint8_t>(bytes.front());
    if (instance < 1 || instance > kMostInstance) {
        throw Error(ErrorKind::corrupt, "serial number '" + printable(hex) + "' is not one of ours");
    }
    std::copy(bytes.begin(), bytes.end(), serial.bytes_.begin());
    return serial;
}

std::string Serial::hex() const { return to_hex(bytes()); }

std::string Serial::bytes() const { return {bytes_.begin(), bytes_.end()}; }

}  // namespace halfday
