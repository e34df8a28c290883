"""What comes back for a question: events, the extractive engine, citations and verification."""
