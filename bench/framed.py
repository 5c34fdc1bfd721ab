"""What is served: the application as in production, with the page that only says hello."""

from bench.inside import add_hello
from wsgi import app

add_hello(app)
