import os

from django.core.wsgi import get_wsgi_application

from usine.config.collector import set_aside_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "usine.config.settings")
application = get_wsgi_application()
set_aside_what_stays()
