# The bench guest: GuestKit, its own upcall handler in assembly, and hypercalls as short as they can be. It runs as
# domain 0 of Apus or Xen (build/bench.elf).

BENCH := tests/Bench/Guest
BENCH_SWIFT := $(sort $(wildcard $(BENCH)/*.swift))

$(BUILD)/bench/upcall.o: $(BENCH)/upcall.asm
	@mkdir -p $(@D)
	@echo '  NASM    $@'
	@$(NASM) -f elf64 -w+error -o $@ $<

$(BUILD)/bench/bench.o: $(BENCH_SWIFT) $(GUESTKIT_SWIFT) $(GUESTKIT_HEADERS) $(wildcard $(BENCH)/CBench/*)
	@mkdir -p $(@D)
	@echo '  SWIFT   $@'
	@$(SWIFTC) $(GUEST_SWIFT_FLAGS) -I $(BENCH)/CBench -module-name bench -o $@ -c $(GUESTKIT_SWIFT) $(BENCH_SWIFT)
	@touch $@

$(BUILD)/bench.elf: $(BUILD)/bench/bench.o $(BUILD)/bench/upcall.o $(GUESTKIT_OBJECTS) linker/guest.ld
	@echo '  LINK    $@'
	@$(LLD) $(GUEST_LINK_FLAGS) -o $@ $(filter %.o,$^) $(GUEST_UNICODE)

TEST_IMAGES += $(BUILD)/bench.elf

# Domain 0 with another main program, that times its disks.
$(BUILD)/bench-disk/bench-disk.o: GUEST_SWIFT_FLAGS += -package-name apus
$(eval $(call guest-image,bench-disk,$(filter-out dom0/ControlDomain.swift,\
  $(sort $(shell find builder dom0 tests/Bench/Disk -name '*.swift')))))
TEST_IMAGES += $(BUILD)/bench-disk.elf
