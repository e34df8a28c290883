"""A query in, ranked passages out: BM25, dense vectors, and their fusion."""
