"""The terminal application. It holds no logic: it reads the events that the workspace yields, and draws them."""
