#include "ca/base/refusal.hpp"

namespace halfday {

std::string Refusal::text() const {
    std::string joined;
    for (const std::string& reason : reasons) {
        if (!joined.empty()) {
            joined += "; ";
        }
        joined += reason;
    }
    return joined;
}

}  // namespace halfday
