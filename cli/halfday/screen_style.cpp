#include "cli/halfday/screen_style.hpp"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "ca/status/selection.hpp"

namespace halfday {
namespace {

constexpr std::size_t kUsualColumns = 80;
constexpr std::size_t kUsualLines = 24;

bool is_set(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool is_dumb() {
    const char* const terminal = std::getenv("TERM");
    return terminal == nullptr || *terminal == '\0' || std::string_view(terminal) == "dumb";
}

/// What the environment says, whatever the process's own locale is.
bool is_utf8() {
    const locale_t locale = ::newlocale(LC_CTYPE_MASK, "", nullptr);
    if (locale == nullptr) return false;
    const bool utf8 = std::string_view(::nl_langinfo_l(CODESET, locale)) == "UTF-8";
    ::freelocale(locale);
    return utf8;
}

}  // namespace

ScreenPlace screen_place() {
    if (::isatty(STDOUT_FILENO) != 1) {
        return {{}, kUsualRows, 0};
    }
    winsize size{};
    const bool is_known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    const bool can_more = !is_dumb();
    return {{.columns = is_known && size.ws_col > 0 ? size.ws_col : kUsualColumns,
             .glyphs = can_more && is_utf8() ? ScreenStyle::Glyphs::blocks : ScreenStyle::Glyphs::ascii,
             .colour = can_more && !is_set("NO_COLOR") ? Colour::some : Colour::none},
            kUsualRows,
            is_known && size.ws_row > 0 ? size.ws_row : kUsualLines};
}

}  // namespace halfday
