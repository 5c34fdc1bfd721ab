"""Measures how fast the pages are with 10 000 and 100 000 cases, beside two floors."""
