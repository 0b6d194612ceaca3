# Domain 0's image: a guest on GuestKit (guest-pv-kernel/guest.mk) that holds the control domain's privilege and builds
# other domains, for which it has the hypervisor's own builder.
$(BUILD)/dom0/dom0.o: GUEST_SWIFT_FLAGS += -package-name apus
$(eval $(call guest-image,dom0,$(sort $(shell find builder dom0 -name '*.swift'))))
