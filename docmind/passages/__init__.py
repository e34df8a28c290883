"""Documents in, Passages out: pure functions, no I/O."""
