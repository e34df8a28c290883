"""The terminal application. It holds no logic: it draws the events that the workspace yields."""
