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
