"""The library: files that were added once and can be searched from anywhere, crash-safe."""
