"""Photos and documents: judged by their content, kept sealed, shown to those who see the case."""
