"""One installation on one machine: its settings, its processes, its port."""
