#include "ca/root/root_folder.hpp"

#include <catch2/catch.hpp>
#include <variant>

using namespace halfday;

TEST_CASE("init makes what is missing after a crash, and never touches a root that is whole") {
    struct Case {
        RootFiles files;
        std::variant<InitStep, std::string> expected;
    };
    const auto [files, expected] = GENERATE(values<Case>({
        {{.key = false, .recorded = false, .certificate = false}, InitStep::make_all},
        {{.key = true, .recorded = false, .certificate = false}, InitStep::sign_with_key},
        {{.key = true, .recorded = true, .certificate = false}, InitStep::restore_certificate},
        {{.key = true, .recorded = true, .certificate = true}, "there is a root already"},
        {{.key = true, .recorded = false, .certificate = true}, "there is a root already"},
        {{.key = false, .recorded = true, .certificate = true}, "there is a root whose key is gone"},
        {{.key = false, .recorded = false, .certificate = true}, "there is a root whose key is gone"},
        {{.key = false, .recorded = true, .certificate = false}, "there is a root whose key is gone"},
    }));
    CAPTURE(files.key, files.recorded, files.certificate);
    const Decision<InitStep> step = next_init_step(files);
    if (const auto* refusal = std::get_if<Refusal>(&step)) {
        CHECK(refusal->text() == std::get<std::string>(expected));
    } else {
        CHECK(std::get<InitStep>(step) == std::get<InitStep>(expected));
    }
}
