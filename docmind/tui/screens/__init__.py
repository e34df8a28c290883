"""The screens: reading (the program), and what is opened over it."""
