# How a guest is built: one folder of Swift sources, GuestKit and the ABI as one Embedded module, and GuestKit's
# assembly. To be included, from wherever it may be, or used alone: make -f guest-pv-kernel/guest.mk build/guest.elf
#
#   $(eval $(call guest-image,NAME,SOURCES)) defines build/NAME.elf out of SOURCES (files).

# The folder that has guest-pv-kernel/ in it, as seen from where make runs.
APUS := $(patsubst %/,%,$(dir $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))))

BUILD ?= build
SWIFTC ?= swiftc
NASM ?= nasm
OPT ?= -Osize
TOOLCHAIN ?= $(patsubst %/lib/swift,%/bin,$(shell $(SWIFTC) -print-target-info 2>/dev/null \
  | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p'))
LLD ?= $(TOOLCHAIN)/ld.lld

GUESTKIT := $(APUS)/guest-pv-kernel/GuestKit
GUESTKIT_SWIFT := $(sort $(shell find $(APUS)/abi $(GUESTKIT) -name '*.swift'))
GUESTKIT_HEADERS := $(wildcard $(GUESTKIT)/CGuest/*)
GUESTKIT_OBJECTS := $(patsubst $(GUESTKIT)/Entry/%.asm,$(BUILD)/guestkit/%.o,$(wildcard $(GUESTKIT)/Entry/*.asm))
GUEST_UNICODE := $(TOOLCHAIN)/../lib/swift/embedded/x86_64-unknown-none-elf/libswiftUnicodeDataTables.a

# Guests may use SSE: the trap entry saves it. Classes, closures, Array and String are there too.
GUEST_SWIFT_FLAGS := -target x86_64-unknown-none-elf -enable-experimental-feature Embedded \
  -enable-experimental-feature Extern -enable-experimental-feature Lifetimes \
  -wmo -parse-as-library $(OPT) -g -swift-version 6 -strict-memory-safety -warnings-as-errors \
  -Xfrontend -disable-stack-protector -Xfrontend -function-sections \
  -Xcc -ffreestanding -Xcc -mno-red-zone -I $(GUESTKIT)/CGuest
GUEST_LINK_SCRIPT := $(APUS)/linker/guest.ld
GUEST_LINK_FLAGS := -T $(GUEST_LINK_SCRIPT) --gc-sections -z max-page-size=4096 -static -nostdlib

$(BUILD)/guestkit/%.o: $(GUESTKIT)/Entry/%.asm $(GUESTKIT)/Entry/registers.inc
	@mkdir -p $(@D)
	@echo '  NASM    $@'
	@$(NASM) -f elf64 -w+error -I $(GUESTKIT)/Entry/ -o $@ $<

# The compiler leaves an object file as it is where nothing in it changes; make goes by its time, hence the touch.
define guest-image
$(BUILD)/$(1)/$(1).o: $(2) $(GUESTKIT_SWIFT) $(GUESTKIT_HEADERS)
	@mkdir -p $$(@D)
	@echo '  SWIFT   $$@'
	@$(SWIFTC) $$(GUEST_SWIFT_FLAGS) -module-name $(subst -,_,$(1)) -o $$@ -c $(GUESTKIT_SWIFT) $(2)
	@touch $$@

$(BUILD)/$(1).elf: $(BUILD)/$(1)/$(1).o $(GUESTKIT_OBJECTS) $(GUEST_LINK_SCRIPT)
	@echo '  LINK    $$@'
	@$(LLD) $(GUEST_LINK_FLAGS) -o $$@ $(BUILD)/$(1)/$(1).o $(GUESTKIT_OBJECTS) $(GUEST_UNICODE)
endef

# Whether the files of a guest compile, without an image, in seconds: make -f guest-pv-kernel/guest.mk guest-check \
#   SOURCES="MyGuest.swift"
.PHONY: guest-check
guest-check:
	@$(if $(filter %.swift,$(SOURCES)),$(SWIFTC) $(GUEST_SWIFT_FLAGS) -module-name guest \
	  -typecheck $(GUESTKIT_SWIFT) $(filter %.swift,$(SOURCES)))
	@$(if $(filter %.c,$(SOURCES)),gcc $(GUEST_C_FLAGS) -fsyntax-only $(filter %.c,$(SOURCES)))

$(eval $(call guest-image,guest,$(sort $(wildcard $(APUS)/guest-pv-kernel/Kernel/*.swift))))
$(eval $(call guest-image,hello,$(sort $(wildcard $(APUS)/examples/hello/*.swift))))
$(eval $(call guest-image,ticking,$(sort $(wildcard $(APUS)/examples/ticking/*.swift))))
$(eval $(call guest-image,blockdev,$(sort $(wildcard $(APUS)/examples/blockdev/*.swift))))
$(eval $(call guest-image,store,$(sort $(wildcard $(APUS)/examples/store/*.swift))))

# 32-bit guests in C, without GuestKit: by abi/c/abi.h.
GUEST_C_FLAGS := -m32 -march=i686 -O2 -g -Wall -Wextra -Werror -std=gnu11 -ffreestanding -fno-pic -fno-stack-protector \
  -fno-asynchronous-unwind-tables -mgeneral-regs-only -I $(APUS)/abi/c -I $(APUS)/examples/hello-c

# $(eval $(call guest-c-image,NAME,FOLDER)) defines build/NAME.elf out of the folder's files.
define guest-c-image
$(BUILD)/$(1)/%.o: $(2)/%.c $(wildcard $(2)/*.h $(APUS)/examples/hello-c/*.h $(APUS)/abi/c/*.h)
	@mkdir -p $$(@D)
	@echo '  CC32    $$@'
	@gcc $$(GUEST_C_FLAGS) -c -o $$@ $$<

$(BUILD)/$(1)/%.o: $(2)/%.S
	@mkdir -p $$(@D)
	@echo '  AS32    $$@'
	@gcc -m32 -c -o $$@ $$<

$(BUILD)/$(1).elf: $(patsubst $(2)/%,$(BUILD)/$(1)/%.o,$(basename $(wildcard $(2)/*.c $(2)/*.S))) $(GUEST_LINK_SCRIPT)
	@echo '  LINK    $$@'
	@$(LLD) $(GUEST_LINK_FLAGS) -m elf_i386 -e pvh_entry -o $$@ $$(filter %.o,$$^)
endef

$(eval $(call guest-c-image,hello-c,$(APUS)/examples/hello-c))
$(eval $(call guest-c-image,events-c,$(APUS)/examples/events-c))
