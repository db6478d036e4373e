#include "ca/root/root_folder.hpp"

namespace halfday {

Decision<InitStep> next_init_step(const RootFiles& files) {
    if (files.key && files.certificate) {
        return Refusal{{"there is a root already"}};
    }
    if (files.certificate || (files.recorded && !files.key)) {
        return Refusal{{"there is a root whose key is gone"}};
    }
    if (!files.key) {
        return InitStep::make_all;
    }
    return files.recorded ? InitStep::restore_certificate : InitStep::sign_with_key;
}

}  // namespace halfday
