#!/bin/sh
# Fetch the files in src/callboard/server/vendor/ again and write VENDOR.md there.
# Usage: scripts/vendor.sh [VERSION]; needs npm. Without a version, the one that is listed now.
set -eu
cd "$(dirname "$0")/../src/callboard/server/vendor"
version=${1:-$(sed -n 's/^| swagger-ui-dist | \([^ ]*\) .*/\1/p' VENDOR.md | head -n 1)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "swagger-ui-dist@$version" >/dev/null && tar xzf ./*.tgz)

mkdir -p swagger-ui
files="swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE swagger-ui-bundle.js.LICENSE.txt"
for file in $files; do
  # Source maps are not vendored, so nothing may point at them.
  sed '/^\/[\/*]# sourceMappingURL=/d' "$work/package/$file" >"swagger-ui/$file"
done

{
  echo "# Vendored files"
  echo
  echo "Refreshed by \`make vendor\`; do not edit. \`scripts/vendor.sh VERSION\` takes another version."
  echo
  echo "| package | version | licence | file | SHA-256 |"
  echo "|---|---|---|---|---|"
  for file in $files; do
    sum=$(sha256sum "swagger-ui/$file" | cut -d ' ' -f 1)
    echo "| swagger-ui-dist | $version | Apache-2.0 | swagger-ui/$file | \`$sum\` |"
  done
} >VENDOR.md
