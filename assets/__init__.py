"""Sample documents with known answers, and the program that makes them."""
