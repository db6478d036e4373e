#pragma once

#include "ca/base/yaml.hpp"
#include "ca/exchange/inventory.hpp"

namespace halfday {

/// The host in the document of a file that is named after it. Throws as parse_host.
[[nodiscard]] Host host_from(YamlMap map, const HostName& name);

}  // namespace halfday
