"""The command line. It holds no logic: it reads the events that the workspace yields, and prints them."""
