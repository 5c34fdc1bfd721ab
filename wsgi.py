"""What the web server loads: the application with the settings of the environment."""

from casework import logs
from casework.app import create_app
from config import Settings

settings = Settings.from_environment()
logs.start(settings.log_level)
app = create_app(settings)
