"""What gdb shows of a machine that runs Apus."""
