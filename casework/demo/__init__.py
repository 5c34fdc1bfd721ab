"""A made-up district with made-up people and letters, to try the product and to test it."""
