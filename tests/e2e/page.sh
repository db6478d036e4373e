# Blocks of the docs that a test runs, sourced by the tests of pages: block_of PAGE NAME prints the one
# that stands after `<!-- test: NAME -->` in that page.

block_of() {
  awk -v wanted="<!-- test: $2 -->" '
    $0 == wanted { marked = 1; next }
    /^```/ { inside = marked && !inside; if (!inside) marked = 0; next }
    inside { print }' "$here/../../$1"
}
