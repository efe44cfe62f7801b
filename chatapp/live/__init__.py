"""What the server has to say to open pages, over one WebSocket a page.

Owns the consumer, the doorbell and the hub that wakes consumers; knows no
topic itself: each folder registers its own in its `live.py`. Uses accounts.
A frame is HTML. Begin with `topics.py` (what a topic is), then `consumer.py`.
"""
