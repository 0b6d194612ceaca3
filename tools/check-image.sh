#!/bin/bash
# The gates that a hypervisor image must pass before it may be released.
#
#   tools/check-image.sh build/apus.elf
#
# They are what the compiler cannot promise: no floating-point or vector instruction (the guests' state lives in those
# registers while the hypervisor runs), no large object copied on the way to one field of it, no lazily initialised
# global, no allocator, a file that a multiboot loader can place by one (address, length) pair, and a bounded size.
set -eu

image=${1:?usage: tools/check-image.sh IMAGE}
# A watch against growth: docs/performance.md says why it is more than the 160 KB aimed at.
text_limit=${TEXT_LIMIT:-$((312 * 1024))}
passed=0
failed=0

gate() {  # gate NAME FINDINGS
  if [ -z "$2" ]; then
    passed=$((passed + 1))
    echo "  ok      $1"
  else
    failed=$((failed + 1))
    echo "  FAILED  $1"
    head -n 12 <<<"$2" | sed 's/^/            /'
  fi
}

echo "$image:"

# Names the function and the instruction. XSAVE, FXSAVE and their restores are the guest's state being switched, and
# boot/x87.asm is part of it.
vector=$(objdump -d --no-show-raw-insn -j .text "$image" | awk '
  /^[0-9a-f]+ <.*>:$/ { function_name = $2; next }
  {
    mnemonic = $2
    if (!function_name || function_name ~ /<reset_x87_pointers>/) next
    if (mnemonic ~ /^(fxsave|fxrstor)(64)?$/) next
    if ($0 ~ /%([xyz]mm|mm[0-7]|st[(, ]|st$|k[0-7])/ || mnemonic ~ /^f[a-z0-9]+$/ ||
        mnemonic ~ /^(emms|v?ldmxcsr|v?stmxcsr|vzeroupper|vzeroall)$/) print function_name, $0
  }')
gate "no SSE, AVX, MMX or x87 instruction" "$vector"

# A method call that copies its object whole: `Pinned` keeps a large one where it is. At boot some are moved into place.
copies=$(objdump -d --no-show-raw-insn -j .text "$image" | awk '
  /^[0-9a-f]+ <.*>:$/ { function_name = $2; count = ""; next }
  /%[er]cx$/ { count = "" }
  match($0, /\$0x[0-9a-f]+,%ecx/) { count = substr($0, RSTART + 3, RLENGTH - 8) }
  /rep movsb/ && length(count) > 3 || /rep movs[lq]/ && length(count) > 2 {
    if (function_name !~ /MachineSetup/) print function_name, "copies 0x" count, $3
  }')
gate "no copy of an object of 4 KiB or more" "$copies"

symbols=$(nm "$image")
gate "no lazily initialised global (swift_once)" "$(grep -w 'swift_once' <<<"$symbols" || true)"
allocators='swift_(allocObject|slowAlloc|slowDealloc|deallocClassInstance|retain|release|initStackObject)'
allocators+='|malloc|calloc|realloc|free|posix_memalign|aligned_alloc'
gate "no allocator and no reference count" "$(grep -wE "$allocators" <<<"$symbols" || true)"
gate "no undefined symbol" "$(nm -u "$image")"

# What a multiboot loader with the address fields does: one read of the file to one physical address, then zeroes.
segments=$(readelf -lW "$image" | awk '$1 == "LOAD" { print $2, $4, $5, $6 }')
layout=''
difference=''
zeroed=''
while read -r offset physical in_file in_memory; do
  if [ "$((in_file))" = 0 ]; then
    zeroed=$physical
    continue
  fi
  if [ -n "$zeroed" ]; then layout+="file content at $physical after the zeroed segment at $zeroed"$'\n'; fi
  if [ -n "$difference" ] && [ "$((offset - physical))" != "$difference" ]; then
    layout+="offset $offset and physical address $physical break the file's one contiguous run"$'\n'
  fi
  difference=$((offset - physical))
  if [ "$((in_file))" != "$((in_memory))" ]; then zeroed=$physical; fi
done <<<"$segments"
gate "one contiguous file image, zeroed memory last" "${layout%$'\n'}"

text=0
while read -r size; do text=$((text + 16#$size)); done < <(
  readelf -SW "$image" | sed 's/^ *\[ *[0-9]*\] *//' | awk '$7 ~ /X/ { print $5 }')
excess=''
if [ "$text" -gt "$text_limit" ]; then excess="$text bytes, $((text - text_limit)) too many"; fi
gate "text of $text bytes is within $text_limit" "$excess"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
