#!/bin/bash
# Makes the reference of all symbols, with the articles of docs/, by DocC: one site in OUTPUT, for any web server.
#
#   tools/make-docs.sh OUTPUT FLAG...
#
# The flags are those that the Makefile compiles images with; without any, the articles alone are made, in seconds.
# A link of an article that leads nowhere is an error.
set -eu

if [ $# -lt 1 ]; then
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

# A documentation of a module's symbols and of its catalog: CATALOG, MODULE, identifier.
convert() {
  local log="$work/$1.log"
  mkdir -p "$work/$2"
  docc convert "$work/$1.docc" --additional-symbol-graph-dir "$work/$2" --fallback-display-name "$2" \
    --fallback-bundle-identifier "$3" --transform-for-static-hosting --output-path "$work/$1.doccarchive" \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  if grep -A 1 "doesn't exist at" "$log" | grep -B 1 -E '^ --> [^ ]*\.md:' >&2; then
    echo "tools/make-docs.sh: a link of $1.docc leads nowhere" >&2
    exit 1
  fi
}

# The articles, with links in DocC's form: it has names for pages and pictures, and other ones for the places in them.
cp -r docs/Apus.docc docs/GuestKit.docc docs/Domain0.docc "$work"
cp docs/pictures/*.svg "$work/Apus.docc"
for article in docs/*.md; do
  if [ "$(basename "$article")" != README.md ]; then
    sed -E 's/\]\(pictures\//](/g' "$article" \
      | awk -f tools/docc-article.awk -v page="$(basename "$article" .md)" docs/*.md - \
      >"$work/Apus.docc/$(basename "$article")"
  fi
done

if [ $# -gt 0 ]; then
  symbols Apus hypervisor/Machine/CMachine abi builder hypervisor &
  symbols GuestKit guest-pv-kernel/GuestKit/CGuest abi guest-pv-kernel/GuestKit
  wait $!
  symbols dom0 guest-pv-kernel/GuestKit/CGuest abi guest-pv-kernel/GuestKit builder dom0
else
  # Without its module a catalog's page is a root by itself.
  for page in "$work"/*.docc/{Apus,GuestKit,Domain0}.md; do
    if [ -e "$page" ]; then
      sed -i -E 's/^# ``(.*)``$/# \1\n\n@Metadata {\n  @TechnologyRoot\n}/; /^- ``/d' "$page"
    fi
  done
fi
convert Apus Apus apus.hypervisor
convert GuestKit GuestKit apus.guestkit
convert Domain0 dom0 apus.dom0
rm -rf "$output"
docc merge "$work/Apus.doccarchive" "$work/GuestKit.doccarchive" "$work/Domain0.doccarchive" \
  --synthesized-landing-page-name Apus --synthesized-landing-page-kind Documentation \
  --synthesized-landing-page-topics-style list --output-path "$output"

# DocC leaves out a picture that it can't find without a word.
for picture in $(grep -ho '](pictures/[^)]*)' docs/*.md | sed 's|.*/||; s|)||' | sort -u); do
  if ! cmp -s "docs/pictures/$picture" "$output/images/apus.hypervisor/$picture"; then
    echo "tools/make-docs.sh: $picture is not in the site: expected it in images/apus.hypervisor" >&2
    exit 1
  fi
done
