"""Callbacks: the endpoint that Tencent Cloud posts to, and the page of a project's callbacks.

views.py         reads the bounded body, then calls receive.py: token, signature, group_commit.py, 200
project_views.py keys, registration, the test event, and the newest callbacks of a project

The worker interprets what was stored: see lifecycle/interpret_callbacks.py.
"""
