#!/bin/bash
# Copies kernel modules and all they need, in the order to load them: tools/linux/modules.sh TREE OUTPUT NAME...
#
# TREE is a kernel's module tree. Names that are built into the kernel, and those that it does not know, are passed
# over. OUTPUT gets the modules, unpacked where they are compressed, and a file "order" with their names.
#
# What a module needs stands in itself, in the section .modinfo, so that no depmod is needed: depends=A,B and
# softdep=pre: C, where C may be an alias.
set -eu

tree=$1
output=$2
shift 2

declare -A file=() done=()
while IFS= read -r path; do
  name=${path##*/}
  name=${name%%.ko*}
  file[${name//-/_}]=$path
done < <(find "$tree/" -name '*.ko' -o -name '*.ko.xz' -o -name '*.ko.zst' -o -name '*.ko.gz')

mkdir -p "$output"
: >"$output/order"

unpack() {  # unpack FILE: to stdout
  case $1 in
    *.xz) xz -dc "$1" ;;
    *.zst) zstd -dcq "$1" ;;
    *.gz) gzip -dc "$1" ;;
    *) cat "$1" ;;
  esac
}

# Prints the module that has an alias: the cryptographic ones are asked for by their algorithm's name.
by_alias() {
  local name
  for name in $(printf '%s\n' "${!file[@]}" | LC_ALL=C sort); do
    case ${file[$name]} in "$tree/kernel/crypto/"*) ;; *) continue ;; esac
    if unpack "${file[$name]}" | grep -qz "alias=$1\$"; then
      echo "$name"
      return
    fi
  done
}

add() {  # add NAME: after what it needs
  local name=${1//-/_} target information needed
  [ -n "${file[$name]:-}" ] || name=$(by_alias "$1")
  [ -n "$name" ] && [ -n "${file[$name]:-}" ] && [ -z "${done[$name]:-}" ] || return 0
  done[$name]=1
  target=$output/$name.ko
  unpack "${file[$name]}" >"$target"
  information=$(objcopy -O binary --only-section=.modinfo "$target" /dev/stdout | tr '\0' '\n')
  for needed in $(sed -n 's/^depends=//p; s/^softdep=pre: *//p' <<<"$information" | sed 's/post:.*//' | tr ',' ' '); do
    add "$needed"
  done
  echo "$name" >>"$output/order"
}

for name; do add "$name"; done
