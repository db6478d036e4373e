#include <sys/mman.h>
#include <unistd.h>

#include "ca/exchange/backup.hpp"
#include "ca/exchange/backup_manifest.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::only_refuses(ErrorKind::corrupt, [&] {
        const std::string json = to_json(parse_backup_manifest(fuzz::bytes(data, size)));
        fuzz::require(to_json(parse_backup_manifest(json)) == json);
    });
    const FileDescriptor archive(::memfd_create("archive", MFD_CLOEXEC));
    fuzz::require(::write(archive.get(), data, size) == static_cast<ssize_t>(size));
    return fuzz::only_refuses(ErrorKind::corrupt, [&] { static_cast<void>(Backup::open(archive.get())); });
}
