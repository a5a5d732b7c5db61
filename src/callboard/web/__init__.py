"""The interface: static files that are sent as they are, without a build step.

`index.html` is the shell, `app/` holds ES modules, `style/` style sheets, `texts/` everything that
is said, by language; `vendor/` libraries made by `make vendor`. The interface is a client of the
public API and nothing more. `server.routes.web` sends it.
"""
