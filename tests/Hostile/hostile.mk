# Guests that misbehave, for the tests: small ones in assembly. Each becomes build/hostile/NAME.elf.

HOSTILE := tests/Hostile/Guests
HOSTILE_ASSEMBLY := $(patsubst $(HOSTILE)/%.asm,$(BUILD)/hostile/%.elf,$(wildcard $(HOSTILE)/*.asm))

$(HOSTILE_ASSEMBLY): $(BUILD)/hostile/%.elf: $(HOSTILE)/%.asm $(wildcard $(HOSTILE)/*.inc) $(HOSTILE)/hostile.ld
	@mkdir -p $(@D)
	@echo '  NASM    $@'
	@$(NASM) -f elf32 -w+error -I $(HOSTILE)/ $< -o $(@:.elf=.o)
	@$(LLD) -m elf_i386 -T $(HOSTILE)/hostile.ld $(@:.elf=.o) -o $@

TEST_IMAGES += $(HOSTILE_ASSEMBLY)

# The fuzzer, on GuestKit, with its own trap entry and a 32-bit code segment in assembly.
FUZZER := $(HOSTILE)/Fuzzer
FUZZER_SWIFT := $(sort $(wildcard $(FUZZER)/*.swift))

$(BUILD)/hostile/fuzzer/fuzz.o: $(FUZZER)/fuzz.asm $(GUESTKIT)/Entry/registers.inc
	@mkdir -p $(@D)
	@echo '  NASM    $@'
	@$(NASM) -f elf64 -w+error -I $(GUESTKIT)/Entry/ -o $@ $<

$(BUILD)/hostile/fuzzer/fuzzer.o: $(FUZZER_SWIFT) $(GUESTKIT_SWIFT) $(GUESTKIT_HEADERS) $(wildcard $(FUZZER)/CFuzz/*)
	@mkdir -p $(@D)
	@echo '  SWIFT   $@'
	@$(SWIFTC) $(GUEST_SWIFT_FLAGS) -I $(FUZZER)/CFuzz -module-name fuzzer -o $@ -c $(GUESTKIT_SWIFT) $(FUZZER_SWIFT)
	@touch $@

$(BUILD)/hostile/fuzzer.elf: $(BUILD)/hostile/fuzzer/fuzzer.o $(BUILD)/hostile/fuzzer/fuzz.o $(GUESTKIT_OBJECTS) \
  linker/guest.ld
	@echo '  LINK    $@'
	@$(LLD) $(GUEST_LINK_FLAGS) -o $@ $(filter %.o,$^) $(GUEST_UNICODE)

TEST_IMAGES += $(BUILD)/hostile/fuzzer.elf

# A guest that uses and misuses its console.
$(eval $(call guest-image,console-guest,$(sort $(wildcard $(HOSTILE)/Console/*.swift))))
TEST_IMAGES += $(BUILD)/console-guest.elf

# Bad neighbours of domain 0's other guests, and of domain 0 itself.
$(eval $(call guest-image,neighbour,$(sort $(wildcard $(HOSTILE)/Neighbour/*.swift))))
TEST_IMAGES += $(BUILD)/neighbour.elf

# A guest that measures how late its timers come, and one that has the hypervisor work.
$(eval $(call guest-image,latency,$(sort $(wildcard $(HOSTILE)/Latency/*.swift))))
TEST_IMAGES += $(BUILD)/latency.elf
