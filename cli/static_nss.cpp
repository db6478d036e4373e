// glibc looks users and addresses up by what nsswitch.conf names, and loads a library for each; in a static program
// those of another glibc, or of systemd, crash. What is linked in is enough: files, and DNS.
#include <netdb.h>
#include <nss.h>

#include <initializer_list>

namespace {

[[gnu::constructor]] void look_up_without_libraries() {
    for (const char* database : {"passwd", "group", "initgroups", "services"})
        __nss_configure_lookup(database, "files");
    __nss_configure_lookup("hosts", "files dns");
}

}  // namespace
