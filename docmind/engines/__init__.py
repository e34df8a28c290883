"""What computes: the embedding process (and, later, clients of language model servers)."""
