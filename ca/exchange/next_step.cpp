#include "ca/exchange/next_step.hpp"

namespace halfday {
namespace {

// The host has no key any more for what it did not install.
const std::string kByItself = " (the next renewal tries again)";
const std::string kSetClock = "set that host's clock, or this box's (timedatectl set-ntp true)";

std::string then(std::string_view advice, std::string_view command, const HostName& host) {
    std::string text(advice);
    if (!text.empty()) text += "; then: ";
    return text + "halfday " + std::string(command) + " " + host.text();
}

}  // namespace

Obstacle obstacle_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::none:
        case Outcome::proved:
            break;
        case Outcome::unproved:
            return Obstacle::unproved;
        case Outcome::rolled_back:
            return Obstacle::rolled_back;
        case Outcome::refused:
            return Obstacle::refused;
        case Outcome::skew:
            return Obstacle::skew;
        case Outcome::failed:
            return Obstacle::failed;
    }
    return Obstacle::none;
}

std::string next_step(Obstacle obstacle, const HostName& host, std::string_view told) {
    switch (obstacle) {
        case Obstacle::none:
            break;
        case Obstacle::no_answer:
            return then(told.empty() ? "" : "halfday-distributor says '" + std::string(told) + "'", "push", host);
        case Obstacle::unproved:
            return then(
                "mend the web server on that host, or 'probe' in its receiver.yaml ('halfday-receiver check' there "
                "says more; each run looks again)",
                "push", host);
        case Obstacle::rolled_back:
            return then("the web server's log on that host says why: mend it" + kByItself, "renew", host);
        case Obstacle::refused:
            return then("compare receiver.yaml on that host with the inventory ('halfday host list')" + kByItself,
                        "renew", host);
        case Obstacle::skew:
            return then(kSetClock + kByItself, "renew", host);
        case Obstacle::clock_off:
            return then(kSetClock, "push", host);
        case Obstacle::found_wrong:
            return then("'halfday-receiver check' on that host says what to do", "push", host);
        case Obstacle::failed:
            return then("run 'halfday-receiver check' on that host", "push", host);
        case Obstacle::request_refused:
            return then("", "policy explain", host);
        case Obstacle::not_issued:
        case Obstacle::ends_soon:
        case Obstacle::overdue:
            return "halfday run";
        case Obstacle::not_delivered:
            return then("", "push", host);
    }
    return "";
}

}  // namespace halfday
