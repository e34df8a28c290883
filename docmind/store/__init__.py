"""Vectors in Chroma, through LlamaIndex: both are imported here and nowhere else."""
