#!/bin/bash
# Makes the reference of all symbols, with the articles of docs/, by DocC: one site in OUTPUT, for any web server.
#
#   tools/make-docs.sh OUTPUT FLAG...
#
# The flags are those that the Makefile compiles images with.
set -eu

if [ $# -lt 2 ]; then
  echo 'usage: tools/make-docs.sh OUTPUT FLAG...' >&2
  exit 2
fi
mkdir -p "$(dirname "$1")"
output=$(realpath -m "$1")
shift
cd "$(dirname "$0")/.."
if ! command -v docc >/dev/null; then
  echo 'tools/make-docs.sh: no docc on PATH: expected it beside swiftc, in the Swift toolchain' >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

flags=("$@" -package-name apus -emit-module -emit-symbol-graph -symbol-graph-minimum-access-level internal)

# The symbols of an image's module: NAME, the folder of its C header, folders of sources.
symbols() {
  local name=$1 header=$2
  shift 2
  mkdir -p "$work/$name"
  find "$@" -name '*.swift' | sort >"$work/$name.sources"
  swiftc "${flags[@]}" -I "$header" -module-name "$name" -o "$work/$name.swiftmodule" \
    -emit-symbol-graph-dir "$work/$name" @"$work/$name.sources"
}

# A documentation of a module's symbols and of its catalog: NAME, identifier.
convert() {
  docc convert "$work/$1.docc" --additional-symbol-graph-dir "$work/$1" --fallback-display-name "$1" \
    --fallback-bundle-identifier "$2" --transform-for-static-hosting --output-path "$work/$1.doccarchive"
}

# The articles, with links in DocC's form: it has names for pages, and other ones for the places in them.
cp -r docs/Apus.docc docs/GuestKit.docc "$work"
cp docs/pictures/*.svg "$work/Apus.docc"
for article in docs/*.md; do
  if [ "$(basename "$article")" != README.md ]; then
    sed -E 's/\]\(pictures\//](/g; s/\[([^]]*)\]\(#[^)]*\)/\1/g; s/\]\(([a-z0-9-]+)\.md(#[^)]*)?\)/](doc:\1)/g' "$article" \
      >"$work/Apus.docc/$(basename "$article")"
  fi
done

symbols Apus hypervisor/Machine/CMachine abi builder hypervisor &
symbols GuestKit guest-pv-kernel/GuestKit/CGuest abi guest-pv-kernel/GuestKit
wait $!
convert Apus apus.hypervisor
convert GuestKit apus.guestkit
rm -rf "$output"
docc merge "$work/Apus.doccarchive" "$work/GuestKit.doccarchive" --synthesized-landing-page-name Apus \
  --synthesized-landing-page-kind Documentation --output-path "$output"

# DocC leaves out a picture that it can't find without a word.
for picture in $(grep -ho '](pictures/[^)]*)' docs/*.md | sed 's|.*/||; s|)||' | sort -u); do
  if ! cmp -s "docs/pictures/$picture" "$output/images/apus.hypervisor/$picture"; then
    echo "tools/make-docs.sh: $picture is not in the site: expected it in images/apus.hypervisor" >&2
    exit 1
  fi
done
