# `make fuzz`: what takes strangers' bytes in domain 0, under libFuzzer on the host. One program, whose target the
# environment chooses. A fault leaves its input as build/fuzz/TARGET-crash-HASH; give that file's name to the program to
# see it again.

FUZZ_TARGETS ?= $(shell sed -n 's/^  case \([a-z]*\)$$/\1/p' tests/Fuzz/FuzzTarget.swift)
# How long each target runs.
FUZZ_SECONDS ?= 60
FUZZ_SWIFT := $(call swift_sources,abi builder dom0/Logic) $(sort $(wildcard tests/Fuzz/*.swift tests/Fuzz/Driver/*.swift))

$(BUILD)/fuzz/fuzz: $(FUZZ_SWIFT)
	@mkdir -p $(@D)
	@echo '  FUZZ    $@'
	@$(SWIFTC) -sanitize=fuzzer -parse-as-library -O -wmo -swift-version 6 -package-name apus \
	  -enable-experimental-feature Lifetimes -enable-experimental-feature Extern \
	  -module-name fuzz -o $@ $(FUZZ_SWIFT)

.PHONY: fuzz
fuzz: export SWIFT_BACKTRACE := enable=no
fuzz: $(BUILD)/fuzz/fuzz
	@for target in $(FUZZ_TARGETS); do \
	  mkdir -p $(BUILD)/fuzz/corpus/$$target && \
	  FUZZ_TARGET=$$target FUZZ_SEEDS=$(BUILD)/fuzz/corpus/$$target $< && \
	  echo "  FUZZ    $$target for $(FUZZ_SECONDS) s" && \
	  if FUZZ_TARGET=$$target $< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=8192 -print_final_stats=1 \
	    -artifact_prefix=$(BUILD)/fuzz/$$target- $(BUILD)/fuzz/corpus/$$target >$(BUILD)/fuzz/$$target.log 2>&1; \
	  then sed -n 's/^stat::number_of_executed_units: */          no fault; inputs tried: /p' \
	    $(BUILD)/fuzz/$$target.log; \
	  else tail -n 40 $(BUILD)/fuzz/$$target.log; exit 1; fi; \
	done
