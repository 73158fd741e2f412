"""The shared cache: counts of sign-ins, used codes, and figures for pages.

Values are signed JSON. Django's own backends unpickle what they read, so that one row, or a Redis without a password,
would be enough to run code here.

    values.py    how a value is written, and what is accepted when it is read
    backends.py  the database's cache, with these values
    redis.py     the same for Redis
    soft.py      for what a page can do without: falls back to this process's memory
"""
