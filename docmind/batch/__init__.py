"""A batch is a build: what is made of each file, kept by content, resumed after any death."""
