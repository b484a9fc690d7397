"""Settings by concern, all from the environment; which module applies is `DJANGO_SETTINGS_MODULE`."""
