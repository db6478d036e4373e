#include "ca/doctor/unit_properties.hpp"

#include <catch2/catch.hpp>

namespace halfday {

TEST_CASE("what systemctl shows of several units is read, and those that failed are told") {
    const auto units = parse_unit_properties(
        "Id=halfday-issuer.service\nResult=exit-code\nExecMainStatus=1\n\n"
        "Id=halfday-distributor.service\nResult=exit-code\nExecMainStatus=1\n\n"
        "Id=halfday.service\nResult=success\nExecStart={ path=/usr/bin/x ; argv[]=x }\n");
    REQUIRE(units.size() == 3);
    CHECK(units[2].at("ExecStart") == "{ path=/usr/bin/x ; argv[]=x }");
    CHECK(failed_units(units) == std::vector<std::string>{"halfday-issuer.service failed (exit-code): journalctl -u "
                                                          "halfday-issuer.service -e"});
    CHECK(parse_unit_properties("").empty());
    CHECK(failed_units(parse_unit_properties("Id=halfday-distributor.service\nResult=timeout\nExecMainStatus=0"))
              .size() == 1);
}

}  // namespace halfday
