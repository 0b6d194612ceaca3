# Domain 0's image: a guest on GuestKit (guest-pv-kernel/guest.mk) that holds the control domain's privilege.
$(eval $(call guest-image,dom0,$(sort $(shell find dom0 -name '*.swift'))))
