# A domain 0 that drives devices of QEMU's for their interrupts (build/devices.elf).
$(eval $(call guest-image,devices,$(sort $(wildcard tests/Devices/Guest/*.swift))))

TEST_IMAGES += $(BUILD)/devices.elf
