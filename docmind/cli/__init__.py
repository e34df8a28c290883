"""The command line. It holds no logic: it prints the events that the workspace yields."""
