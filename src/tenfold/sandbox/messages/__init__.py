"""How services of AWS tell others: messages into queues and topics, events on buses, notices of buckets."""
