"""Files in, Documents out: discovery, a module for each kind of file, and the isolated worker."""
