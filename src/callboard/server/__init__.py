"""The HTTP edge: requests in, commands to the engine, answers out.

    app         all routes and all middleware
    route       what a route declares;  router     which one answers
    routes/     a resource a file;      middleware/ a concern a file
    openapi     the document that is written from the declarations
    serve       running it;             protocol   against slow clients

Below this package nobody knows HTTP.
"""
