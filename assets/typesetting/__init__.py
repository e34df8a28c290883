"""A small typesetter for the samples: marked-up text in, deterministic PDFs out."""
