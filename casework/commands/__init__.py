"""The commands of the command line: a module each, its click command named ``command``."""
