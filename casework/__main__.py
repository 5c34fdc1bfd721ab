"""``python -m casework`` is the command line too, wherever the script of the same name lies."""

from casework.cli import main

main()
