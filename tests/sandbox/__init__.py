"""The sandbox TRRO, held against the vendor's own SDK and against raw clients; no database is needed."""
