#!/bin/bash
# Makes the guest's disk image, if it is not there: tools/linux/disk.sh OUTPUT MIB [LABEL]. An ext4 file system with a
# file whose checksum lies beside it.
set -eu

output=$1
size=$2
label=${3:-apus}
[ ! -f "$output" ] || exit 0

PATH=$PATH:/usr/sbin:/sbin
tree=$(mktemp -d "$output.XXXXXX")
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
echo "A file system made by the host, on a disk that domain 0 serves by the Xen block protocol." >"$tree/README"
seq 1 100000 >"$tree/numbers"
(cd "$tree" && sha256sum README numbers >SHA256SUMS)
# Owned by root whoever makes it, and small: no journal to replay would do for a test, but a journal is what people have.
mke2fs -q -t ext4 -L "$label" -E root_owner=0:0 -d "$tree" "$output.new" "${size}M" >/dev/null
mv "$output.new" "$output"
