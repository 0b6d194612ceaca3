# Apus: the front door. `make help` names the targets.
#
# Every image is one Embedded Swift module compiled with -wmo, assembly stubs beside it, and a linker script.
# Package.swift compiles the same sources for the host, layer by layer, for the tests.

MAKEFLAGS += --no-builtin-rules
# A make below this one shares its jobs.
ifeq ($(MAKELEVEL),0)
  MAKEFLAGS += --jobs=$(shell nproc)
endif
.DELETE_ON_ERROR:
SHELL := /bin/bash

BUILD := build
# -Osize or -O.
OPT ?= -Osize

# ---- Tools: lld and the LLVM tools lie beside the compiler, wherever the toolchain is ----
SWIFTC ?= swiftc
TOOLCHAIN := $(patsubst %/lib/swift,%/bin,$(shell $(SWIFTC) -print-target-info 2>/dev/null \
  | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p'))
LLD := $(TOOLCHAIN)/ld.lld
NASM := nasm
CC32 := gcc -m32
# The host's programs and tests are optimised: the tests' models and random histories take seconds then, not minutes.
SWIFT_BUILD_FLAGS := -c release -Xswiftc -enable-testing
# Each line as it comes, also into a log.
SWIFT_TEST := stdbuf -oL swift test $(SWIFT_BUILD_FLAGS) --disable-xctest

# ---- Flags that all images share ----
EMBEDDED_FLAGS := -target x86_64-unknown-none-elf -enable-experimental-feature Embedded \
  -enable-experimental-feature Extern -enable-experimental-feature Lifetimes \
  -wmo -parse-as-library $(OPT) -g -swift-version 6 -strict-memory-safety -warnings-as-errors \
  -Xfrontend -disable-stack-protector -Xfrontend -function-sections -Xfrontend -no-clang-module-breadcrumbs \
  -Xcc -ffreestanding -Xcc -mno-red-zone
# The hypervisor allocates nothing and leaves the vector registers to its guests.
HYPERVISOR_FLAGS := $(EMBEDDED_FLAGS) -package-name apus -no-allocations -Xcc -mno-sse -Xcc -mno-mmx \
  -I hypervisor/Machine/CMachine
LINK_FLAGS := --gc-sections -z max-page-size=4096 -static -nostdlib
C_FLAGS := -O2 -g -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -fno-pic -mno-red-zone \
  -fno-asynchronous-unwind-tables -mgeneral-regs-only

swift_sources = $(sort $(shell find $(1) -name '*.swift' 2>/dev/null))

# ---- The hypervisor ----
HYPERVISOR_SOURCES := $(call swift_sources,abi builder hypervisor)
HYPERVISOR_HEADERS := $(wildcard hypervisor/Machine/CMachine/*)
HYPERVISOR_OBJECTS := $(BUILD)/hypervisor/apus.o \
  $(patsubst boot/%.asm,$(BUILD)/hypervisor/%.o,$(wildcard boot/*.asm)) \
  $(patsubst hypervisor/Machine/CMachine/%.c,$(BUILD)/hypervisor/%.o,$(wildcard hypervisor/Machine/CMachine/*.c))

# ---- Targets ----
.PHONY: all images run run-linux test test-slow bench bench-linux iso debug clean help format-check symbolize \
  hypercalls docs

all:
	@tools/setup.sh build
	@tools/build.sh $(MAKE) images

help:
	@echo 'make               build the images: build/apus.elf, build/dom0.elf, build/guest.elf'
	@echo 'make examples      build the guests of examples/'
	@echo 'make run           boot dom0 and a guest on this terminal; LAYOUT=vmx|svm, MEM=MiB (docs/running.md)'
	@echo 'make run-linux     the same with a stock Linux to create as a guest; KERNEL=standard|cloud|pae|PATH (docs/linux.md)'
	@echo 'make test          unit tests on the host, boots under QEMU and Bochs, release gates'
	@echo 'make test-slow     what takes minutes: Linux on VMX under Bochs, clock and balloon of Linux guests'
	@echo 'make bench         instructions a round of each operation; PEER=xen beside Xen 4.17'
	@echo 'make fuzz          libFuzzer on what domain 0 reads of strangers: a minute each, or FUZZ_SECONDS'
	@echo 'make bench-linux   a compute loop and a memory walk in a Linux userspace, on Apus and without it'
	@echo 'make iso           build/apus.iso, bootable by GRUB from CD'
	@echo 'make debug         QEMU under gdb, stopped at the Swift entry (docs/debugging.md)'
	@echo 'make symbolize     addresses of a panic report, from stdin or ADDRESSES="...", as file:line'
	@echo 'make docs          the reference of all symbols, with the articles of docs/, as a site in build/docs (DocC)'
	@echo 'make hypercalls    dispatch, stubs, abi/c/abi.h and docs/hypercalls.md anew, from the table'
	@echo 'make format-check  swift format lint --strict over the whole tree'
	@echo 'make clean         remove build/ and .build/'

run:
	@tools/setup.sh run
	@tools/build.sh $(MAKE) run-images
	@tools/run.sh

run-linux:
	@tools/setup.sh linux
	@tools/build.sh $(MAKE) images
	@tools/linux/run.sh

iso:
	@tools/setup.sh iso
	@tools/build.sh $(MAKE) images
	@tools/make-iso.sh $(BUILD)/apus.iso "$(BUILD)/apus.elf console=vga,com1 $(APPEND)" "$(BUILD)/dom0.elf" \
	  "$(BUILD)/guest.elf domU name=g1 mem=32" "$(BUILD)/guest.elf guest.elf" \
	  "examples/configs/guest.cfg guest.cfg"
	@echo '$(BUILD)/apus.iso'

debug:
	@tools/setup.sh debug
	@tools/build.sh $(MAKE) images
	@tools/debug.sh

test:
	@tools/setup.sh test
	@tools/build.sh $(MAKE) images test-images
	@$(MAKE) --no-print-directory format-check
	@tools/check-image.sh $(BUILD)/apus.elf
	@tools/linux/prepare.sh cloud >/dev/null || echo 'The tests with a Linux guest are left out.' >&2
	@$(SWIFT_TEST) $(SWIFT_TEST_FLAGS)

# What takes minutes: a stock Linux on VMX under Bochs, its clock over a minute, its balloon.
test-slow:
	@tools/setup.sh test-slow
	@tools/build.sh $(MAKE) images test-images
	@tools/linux/prepare.sh cloud >/dev/null
	@for kernel in standard pae trixie trixie-cloud trixie-rt; do tools/linux/prepare.sh $$kernel >/dev/null; done
	@tools/linux/debian.sh >/dev/null || echo 'The test with a whole Debian is left out.' >&2
	@APUS_SLOW=1 $(SWIFT_TEST) --filter SlowTests $(SWIFT_TEST_FLAGS)

bench:
	@tools/setup.sh bench
	@tools/build.sh $(MAKE) images test-images
	@[ -x .build/release/bench ] || echo '  SWIFT   the bench itself, for this machine: some minutes'
	@swift run $(SWIFT_BUILD_FLAGS) --quiet bench $(if $(PEER),--peer $(PEER))

bench-linux:
	@tools/setup.sh linux
	@tools/build.sh $(MAKE) images
	@tools/linux/bench.sh

docs:
	@tools/setup.sh build
	@tools/make-docs.sh $(BUILD)/docs $(EMBEDDED_FLAGS)
	@echo 'build/docs; to read it: python3 -m http.server -d build/docs 8000, then http://localhost:8000/documentation'

hypercalls:
	@swift run $(SWIFT_BUILD_FLAGS) --quiet hypercall-table .

FORMATTED := $(wildcard abi builder hypervisor guest-pv-kernel dom0 examples tests tools Package.swift)
format-check:
	@swift format lint --strict --parallel --recursive $(FORMATTED)

symbolize:
	@tools/symbolize.sh $(ADDRESSES)

clean:
	rm -rf $(BUILD) .build

# ---- Rules ----

$(BUILD)/hypervisor $(BUILD)/tests:
	@mkdir -p $@

$(BUILD)/hypervisor/apus.o: $(HYPERVISOR_SOURCES) $(HYPERVISOR_HEADERS) Makefile
	@mkdir -p $(@D)
	@echo '  SWIFT   $@'
	@$(SWIFTC) $(HYPERVISOR_FLAGS) -module-name Apus -c $(HYPERVISOR_SOURCES) -o $@
	@touch $@

# Labels within a stub are no symbols of the image: a backtrace names the stub.
$(BUILD)/hypervisor/%.o: boot/%.asm $(wildcard boot/*.inc) | $(BUILD)/hypervisor
	@echo '  NASM    $@'
	@$(NASM) -f elf64 -I boot/ --lprefix .L $< -o $@

$(BUILD)/hypervisor/%.o: hypervisor/Machine/CMachine/%.c $(HYPERVISOR_HEADERS) | $(BUILD)/hypervisor
	@echo '  CLANG   $@'
	@$(TOOLCHAIN)/clang --target=x86_64-unknown-none-elf $(C_FLAGS) -mcmodel=kernel -c $< -o $@

$(BUILD)/apus.elf: $(HYPERVISOR_OBJECTS) linker/apus.ld
	@echo '  LINK    $@'
	@$(LLD) -T linker/apus.ld $(LINK_FLAGS) --discard-locals $(HYPERVISOR_OBJECTS) -o $@

# Guests. The fragments beside their sources define how each image is built.
include guest-pv-kernel/guest.mk
-include dom0/dom0.mk
include tests/Hostile/hostile.mk
-include tests/Bench/bench.mk
-include tests/Devices/devices.mk
-include tests/Fuzz/fuzz.mk

# The longest compilation comes first.
IMAGES := $(BUILD)/dom0.elf $(BUILD)/apus.elf $(BUILD)/guest.elf
EXAMPLES := $(BUILD)/hello.elf $(BUILD)/ticking.elf $(BUILD)/blockdev.elf $(BUILD)/store.elf $(BUILD)/hello-c.elf \
  $(BUILD)/events-c.elf
TEST_IMAGES += $(EXAMPLES) $(BUILD)/tests/rig-probe.elf

# The probe is a bare multiboot kernel for the tests of the rig itself.
$(BUILD)/tests/rig-probe.elf: tests/Boot/Probe/probe.asm | $(BUILD)/tests
	@echo '  NASM    $@'
	@$(NASM) -f bin $< -o $@

.PHONY: images run-images examples test-images
# A recipe each, that there is nothing to be said where nothing is to be done.
images: $(IMAGES)
	@:
run-images: $(IMAGES) $(BUILD)/hello.elf
	@:
test-images: $(TEST_IMAGES)
	@:
examples:
	@tools/build.sh $(MAKE) $(EXAMPLES)
