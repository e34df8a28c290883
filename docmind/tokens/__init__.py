"""Counting tokens as Qwen2.5 does, offline, from ranks that are package data."""
