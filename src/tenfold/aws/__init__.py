"""How the AWS API is called: sessions, partitions, accounts, regions, paging, throttling, gaps, recording."""
