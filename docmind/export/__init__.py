"""Answers, passages and documents as files: JSON records with their schemas, and Markdown."""
