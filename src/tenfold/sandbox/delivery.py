"""Log files into the buckets of the trails."""
from tenfold.sandbox.journal import Record
class Delivery:
    def trails(self): return []
    def take(self, record, watching): pass
    def deliver(self) -> int: return 0
    def stop(self): pass
    def start(self): pass
