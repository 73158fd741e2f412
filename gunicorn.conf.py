"""How gunicorn runs TRRO Admin. gunicorn reads this file where it is started in this folder; options override it."""

worker_class = "trroadmin.patient_worker.PatientWorker"
workers = 2
threads = 16
timeout = 60
graceful_timeout = 30
keepalive = 5
worker_connections = 1000
backlog = 1024
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# Which headers of a proxy count is decided in one place, recordings/addresses.py. gunicorn by itself believes every
# client on this machine, also one that a proxy only passes on: `SCRIPT_NAME: /x` would move the whole site.
forwarder_headers = ""
secure_scheme_headers = {}

control_socket_disable = True  # all servers of one account would share it, and nothing here uses it
