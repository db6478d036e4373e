#include <fmt/core.h>
#include <unistd.h>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/receiver/commands.hpp"
#include "cli/receiver/in_place.hpp"

namespace halfday {

int run_uninstall(const UninstallOptions& options) {
    if (::geteuid() != 0) throw Error(ErrorKind::usage, "uninstall is root's", "sudo halfday-receiver uninstall");
    Deeds deeds;
    remove_receiver(options.user, options.places, deeds);
    if (options.form == Form::text) {
        for (const std::string& deed : deeds) fmt::print("{}\n", deed);
        return kDone;
    }
    std::vector<JsonWriter> objects;
    for (const std::string& deed : deeds) objects.push_back(JsonWriter().text("did", deed));
    fmt::print("{}\n", JsonWriter().objects("deeds", objects).finish());
    return kDone;
}

}  // namespace halfday
