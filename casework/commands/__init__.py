"""The commands of the command line: one module each, its click command under the name ``command``."""
