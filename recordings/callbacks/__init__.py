"""What the vendor posts, from the knock to the recording.

views.receive    bounded body, then receiving.take_in: keys.py, signature, committing.py, 200
interpreting.py  the worker reads what was stored, gives it to its recording and moves that
quarantine.py    TaskIds that nobody knows: adopted or stopped by a person
registering.py   keys, and where the vendor posts to
"""
