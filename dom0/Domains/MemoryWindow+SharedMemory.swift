extension MemoryWindow: SharedMemory {}
