"""The plugin that makes ``pytest`` the way in."""

pytest_plugins = ("steps.plugin",)
