"""What comes back for a question: the events, the extractive engine, citations and their verification."""
