"""What the reading screen is made of. Widgets post messages; none of them knows the workspace."""
