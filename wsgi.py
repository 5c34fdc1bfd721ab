"""What the web server loads: the application with the settings of the environment."""

from casework.app import create_app
from config import Settings

app = create_app(Settings.from_environment())
