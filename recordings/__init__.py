"""TRRO Admin: the map of the flow.

A start, from the click to the vendor and back:

    browser form -> start/forms.py      every rule of the API, field by field
                 -> lifecycle/start.py   start_recording: who may, what is frozen, what is in the way
                 -> calls.py  THE DOOR    quota slot, ledger row, then the call, then the outcome
                 -> trro/     THE WIRE    request object, gateway, SDK, our transport -> vendor
                 -> domain/states.py     answers, events and decisions fold into a state
                 -> history/              the list and the page of one recording

Slices (capture, credentials, fleet, history, people, profiles, audit) stand on a shared spine: models/,
vault.py, calls.py, quota.py, web/base.py. In a slice, forms validate, use cases write, queries read, views only
translate between the browser and those. worker/ does what needs no browser, sandbox/ is a TRRO of our own.
"""
