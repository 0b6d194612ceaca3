# Guests that misbehave, for the tests: small ones in assembly. Each becomes build/hostile/NAME.elf.

HOSTILE := tests/Hostile/Guests
HOSTILE_ASSEMBLY := $(patsubst $(HOSTILE)/%.asm,$(BUILD)/hostile/%.elf,$(wildcard $(HOSTILE)/*.asm))

$(HOSTILE_ASSEMBLY): $(BUILD)/hostile/%.elf: $(HOSTILE)/%.asm $(wildcard $(HOSTILE)/*.inc) $(HOSTILE)/hostile.ld
	@mkdir -p $(@D)
	@echo '  NASM    $@'
	@$(NASM) -f elf32 -w+error -I $(HOSTILE)/ $< -o $(@:.elf=.o)
	@$(LLD) -m elf_i386 -T $(HOSTILE)/hostile.ld $(@:.elf=.o) -o $@

TEST_IMAGES += $(HOSTILE_ASSEMBLY)
