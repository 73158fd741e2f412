"""The wire to Tencent Cloud's TRRO API, free of Django.

A request object goes into `Gateway.call`, one of three outcomes comes out, and nothing else ever does:

    requests ─> gateway ─> SDK (signs) ─> transport ─> pool, dialling ─> vendor
    outcome  <─ answers <───────────────── incoming  <──────────────────────┘

`errors` says what an error code means and who acts; `signatures` checks what the vendor posts to us.
"""
