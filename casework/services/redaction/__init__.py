"""Finds what must not be read by everybody, so that people can put it out of a public text."""
