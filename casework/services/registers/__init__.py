"""Registers that a petition office kept before: read, checked and taken in through the workflow."""
