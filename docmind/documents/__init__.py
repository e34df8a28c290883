"""Files in, Documents out: discovery, one module a kind of file, and the isolated worker that parses."""
