"""Acting out a scenario in the terminal: what `callboard run` is made of.

    reader    where lines come from: a person, a pipe, a script
    orders    what a line asks for
    session   the process, its virtual clock, and who may do what
    form      asks for a response by its schema
    screen    how all of it looks
    loop      reads an order, carries it out, shows what came of it

Nothing here knows click's commands; the session is the core alone, without engine or database.
"""
