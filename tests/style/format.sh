#!/bin/bash
# Every source is as clang-format would write it. To mend: clang-format-14 -i FILE.
set -euo pipefail
cd "$(dirname "$0")/../.."
find ca cli distribute tests \( -name '*.cpp' -o -name '*.hpp' \) -print0 | xargs -0 -r clang-format-14 --dry-run -Werror
