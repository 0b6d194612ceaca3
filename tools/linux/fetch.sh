#!/bin/bash
# Brings a Linux kernel and a busybox into build/linux: downloaded by apt and unpacked, never installed.
#
#   tools/linux/fetch.sh standard|cloud|rt|pae|PATH          this machine's Debian's; pae is the 32-bit one
#   tools/linux/fetch.sh trixie|trixie-cloud|trixie-rt       Debian 13's, wherever this is
#   tools/linux/fetch.sh xen     Xen 4.17 into build/xen/xen.bin, to compare with
#
#   build/linux/busybox          Debian's static busybox
#   build/linux/busybox-i386     the same of the architecture of pae
#   build/linux/KIND/vmlinux     the kernel's ELF, with its PVH note
#   build/linux/KIND/modules     its modules, kernel/... and modules.builtin; empty for a kernel without
#
# KIND is the word of the kernel, or "own" for one that is named by its PATH: a bzImage or an ELF. The modules of that
# are looked for in KERNEL_MODULES, else in /lib/modules under the version that the file's name ends with
# (vmlinuz-VERSION).
set -eu

kernel=${1:-standard}
cd "$(dirname "$0")/../.."
top=build/linux
mkdir -p "$top"

fail() {
  echo "$*" >&2
  exit 1
}

# Prints the package that a name stands for today: itself, or the one image that an empty package depends on.
resolve() {
  local package
  package=$(LC_ALL=C apt-cache depends "$1" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' |
    head -n 1)
  if [ -z "$package" ] && LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; then package=$1; fi
  [ -n "$package" ] && echo "$package"
}

# Has packages come by lists of their own: what apt knows of the machine stays as it is.
own_lists() {  # own_lists NAME ARCHITECTURE [SOURCE]
  local state=$PWD/$top/apt-$1
  mkdir -p "$state"/{lists,archives}/partial
  : >"$state/status"
  cat >"$state/apt.conf" <<CONF
Dir::State::lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache::archives "$state/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Architecture "$2";
APT::Architectures { "$2"; };
APT::Sandbox::User "";
CONF
  if [ -n "${3:-}" ]; then
    echo "$3" >"$state/sources.list"
    cat >>"$state/apt.conf" <<CONF
Dir::Etc::SourceList "$state/sources.list";
Dir::Etc::SourceParts "/dev/null";
CONF
  fi
  export APT_CONFIG=$state/apt.conf
}

update_lists() {
  if [ "$(id -u)" = 0 ] || [ -n "${APT_CONFIG:-}" ]; then
    apt-get -qq update || true
  else
    sudo -n apt-get -qq update || true
  fi
}

# Unpacks a Debian package of today into a folder: unpack_package NAME FOLDER
unpack_package() {
  local name=$1 folder=$2 package download
  if ! package=$(resolve "$name"); then
    # The lists of packages may be missing.
    update_lists
    package=$(resolve "$name") || fail "apt knows no package $name: it is in Debian's main section (apt-get update)"
  fi
  download=$(mktemp -d "$top/download.XXXXXX")
  echo "  FETCH   $package"
  if ! (cd "$download" && apt-get -qq -o APT::Sandbox::User= download "$package" >log 2>&1); then
    tail -n 1 "$download/log" >&2
    rm -rf "$download"
    fail "apt could not download $package: expected its sources (a mirror of Debian) to be within reach"
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  dpkg -x "$download"/*.deb "$folder"
  rm -rf "$download"
}

# The path of something in an unpacked package, below usr or not: unpacked FOLDER PATH
unpacked() {
  if [ -e "$1/usr/$2" ]; then echo "$1/usr/$2"; else echo "$1/$2"; fi
}

[ "${kernel#*/}" != "$kernel" ] || command -v apt-get >/dev/null || {
  fail "Linux is fetched as Debian packages, and there is no apt-get: name a kernel with a PVH note by KERNEL=path"
}

unpack_busybox() {  # unpack_busybox OUTPUT
  [ ! -x "$1" ] || return 0
  unpack_package busybox-static "$1.d"
  # In Debian 12 below bin, in 13 below usr/bin.
  mv "$(unpacked "$1.d" bin/busybox)" "$1"
  rm -rf "$1.d"
}
unpack_busybox "$top/busybox"
if [ "$kernel" = pae ]; then
  own_lists i386 i386
  unpack_busybox "$top/busybox-i386"
fi

case $kernel in
  xen)
    [ ! -f build/xen/xen.bin ] || exit 0
    unpack_package xen-hypervisor-4.17-amd64 build/xen
    gunzip -c build/xen/boot/xen-4.17-amd64.gz >build/xen/xen.bin.new
    mv build/xen/xen.bin.new build/xen/xen.bin
    exit 0
    ;;
  standard | cloud | rt | pae | trixie | trixie-cloud | trixie-rt)
    folder=$top/$kernel
    [ ! -f "$folder/vmlinux" ] || exit 0
    case $kernel in
      pae) name=linux-image-686-pae ;;
      *cloud) name=linux-image-cloud-amd64 ;;
      *rt) name=linux-image-rt-amd64 ;;
      *) name=linux-image-amd64 ;;
    esac
    case $kernel in
      trixie*)
        own_lists trixie amd64 \
          'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main'
        ;;
    esac
    unpack_package "$name" "$folder"
    image=$(echo "$folder"/boot/vmlinuz-*)
    modules=$(echo "$(unpacked "$folder" lib/modules)"/*)
    ;;
  */*)
    folder=$top/own
    image=$kernel
    [ -f "$image" ] && [ -r "$image" ] || fail "KERNEL=$image: there is no such file, or it can't be read"
    version=${image##*/vmlinu[xz]-}
    modules=${KERNEL_MODULES:-/lib/modules/$version}
    [ ! "$folder/vmlinux" -nt "$image" ] || [ "$(cat "$folder/source" 2>/dev/null)" != "$image $modules" ] || exit 0
    # What is left of another kernel must not pass for this one, should it not be one.
    rm -f "$folder/vmlinux" "$folder/source"
    mkdir -p "$folder"
    ;;
  *) fail "KERNEL=$kernel: expected standard, cloud, rt, pae, trixie, trixie-cloud, trixie-rt or the path of a kernel (with a slash in it)" ;;
esac

rm -rf "$folder/modules"
if [ -d "$modules/kernel" ]; then ln -s "$(realpath "$modules")" "$folder/modules"; else mkdir "$folder/modules"; fi
echo "  UNPACK  $image"
trap 'rm -f "$folder/vmlinux.new"' EXIT
tools/unpack-kernel.sh "$image" "$folder/vmlinux.new" || exit 1
# The note's owner, then its type: XEN_ELFNOTE_PHYS32_ENTRY.
readelf -nW "$folder/vmlinux.new" 2>/dev/null | grep -q 'Xen .*(0x00000012)' || {
  fail "$image has no PVH note (Xen, type 18): it is no kernel, or one that was built without CONFIG_PVH"
}
mv "$folder/vmlinux.new" "$folder/vmlinux"
if [ "$folder" = "$top/own" ]; then echo "$image $modules" >"$folder/source"; fi
