#!/bin/bash
# Sees to it that what a target of the Makefile needs is on this machine.
#
#   tools/setup.sh build|run|linux|iso|debug|test|test-slow|bench
#
# Names what is missing and installs it by apt, through sudo where the caller is not root. Where everything is there
# it asks dpkg once and ends within milliseconds. The Swift toolchain is no Debian package: it is only checked, and gets
# the libraries that it misses. The packages have the same names in Debian 12 and 13.
set -eu

purpose=${1:-test}
swift_needed=6.2

build=(make nasm gcc gcc-multilib binutils)
qemu=(qemu-system-x86)
bochs=(bochs bochsbios vgabios)
# Unpacking kernels, making initramfs and disk images: tools/linux.
linux=(xz-utils lz4 zstd cpio e2fsprogs)
iso=(grub-pc-bin grub-common xorriso mtools)

case $purpose in
  build) packages=("${build[@]}") ;;
  iso) packages=("${build[@]}" "${iso[@]}") ;;
  run)
    packages=("${build[@]}" "${qemu[@]}")
    if [ "${LAYOUT:-auto}" = vmx ]; then packages+=("${bochs[@]}" "${iso[@]}"); fi
    ;;
  linux)
    packages=("${build[@]}" "${qemu[@]}" "${linux[@]}")
    if [ "${LAYOUT:-auto}" = vmx ]; then packages+=("${bochs[@]}" "${iso[@]}"); fi
    ;;
  debug) packages=("${build[@]}" "${qemu[@]}" gdb) ;;
  bench) packages=("${build[@]}" "${qemu[@]}") ;;
  test) packages=("${build[@]}" "${qemu[@]}" "${bochs[@]}" "${iso[@]}" "${linux[@]}" gdb) ;;
  test-slow) packages=("${build[@]}" "${qemu[@]}" "${bochs[@]}" "${iso[@]}" "${linux[@]}" gdb debootstrap) ;;
  *)
    echo "tools/setup.sh: unknown purpose '$purpose': expected build, run, linux, iso, debug, test, test-slow or bench" >&2
    exit 2
    ;;
esac

swift_at_least() {
  local have=$1 want=$2
  [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1)" = "$want" ]
}

# Installs the libraries that the toolchain's programs miss: a toolchain for Debian 12 misses one on a bare Debian 13.
install_libraries() {
  local library packages=()
  command -v apt-get >/dev/null || return 0
  while read -r library; do
    case $library in
      libncurses.so.6) packages+=(libncurses6) ;;
      libcurl.so.4) packages+=(libcurl4) ;;
      libxml2.so.2) packages+=(libxml2) ;;
      libsqlite3.so.0) packages+=(libsqlite3-0) ;;
      libstdc++.so.6) packages+=(libstdc++6) ;;
      *) echo "The Swift toolchain misses $library." >&2 ;;
    esac
  done < <(ldd "$1"/swift-{frontend,build,package} 2>/dev/null | sed -n 's/^\s*\(\S*\) => not found.*/\1/p' | sort -u)
  if [ "${#packages[@]}" -gt 0 ]; then
    echo "Missing Debian packages for the Swift toolchain: ${packages[*]}" >&2
    install_packages "${packages[@]}"
  fi
}

check_swift() {
  if ! command -v swiftc >/dev/null; then
    cat >&2 <<TEXT
Apus needs the Swift toolchain $swift_needed or newer, and there is no swiftc on PATH.
Install it from https://www.swift.org/install/linux/ and put its usr/bin on PATH.
TEXT
    exit 1
  fi
  # The version is asked of the compiler once per toolchain: starting it costs 0.1 s.
  local compiler stamp version
  compiler=$(realpath "$(command -v swiftc)")
  stamp=build/.swift-version
  if [ -f "$stamp" ] && [ "$stamp" -nt "$compiler" ] && [ "$(sed -n 1p "$stamp")" = "$compiler" ]; then
    version=$(sed -n 2p "$stamp")
  else
    install_libraries "$(dirname "$compiler")"
    if ! version=$(swiftc --version 2>&1); then
      printf '%s does not start:\n%s\n' "$compiler" "$version" >&2
      exit 1
    fi
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$version" | head -n 1)
    mkdir -p build
    printf '%s\n%s\n' "$compiler" "${version:-0}" >"$stamp"
  fi
  if ! swift_at_least "${version:-0}" "$swift_needed"; then
    echo "Apus needs the Swift toolchain $swift_needed or newer; $compiler is ${version:-of an unknown version}." >&2
    echo "Install a newer one from https://www.swift.org/install/linux/ and put its usr/bin on PATH." >&2
    exit 1
  fi
}

missing_packages() {
  local package state
  local -A installed=()
  while read -r package state; do
    if [ "$state" = installed ]; then installed[$package]=1; fi
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    if [ -z "${installed[$package]:-}" ]; then echo "$package"; fi
  done
}

install_packages() {
  local root=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "This needs root. As root, run: apt-get install --no-install-recommends $*" >&2
      exit 1
    fi
    root=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get install -y --no-install-recommends "$@" && return
  "${root[@]}" apt-get update
  "${root[@]}" apt-get install -y --no-install-recommends "$@"
}

cd "$(dirname "$0")/.."
check_swift

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  # No Debian: the tools may be there under other packages' names.
  for tool in make nasm gcc ld qemu-system-x86_64; do
    command -v "$tool" >/dev/null || { echo "Missing: $tool (on Debian one of: ${packages[*]})" >&2; exit 1; }
  done
  exit 0
fi

mapfile -t missing < <(missing_packages "${packages[@]}")
if [ "${#missing[@]}" -gt 0 ]; then
  echo "Missing Debian packages for 'make $purpose': ${missing[*]}" >&2
  install_packages "${missing[@]}"
fi
