"""The wire to Tencent Cloud's TRRO API, without Django.

A request object goes into `Gateway.call`, and one of three outcomes comes out, nothing else:

    requests ─> gateway ─> SDK (signs) ─> transport ─> pool, connection ─> vendor
    outcome  <─ responses <────────────── response_reader <───────────────────┘

`signatures` checks the callbacks that the vendor sends. recordings/error_catalogue explains error codes.
"""
