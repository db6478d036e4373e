#pragma once

#include <string_view>

namespace halfday {

/// page.html, as the build embeds it.
extern const std::string_view kPageHtml;

}  // namespace halfday
