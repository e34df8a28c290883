"""The vLLM server that docmind manages: what fits, what starts it, and its life."""
