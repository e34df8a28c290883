"""What a language model gets to read for a question: pure functions, no I/O."""
