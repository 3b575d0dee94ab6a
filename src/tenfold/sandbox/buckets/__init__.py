"""What S3 does with every bucket and moto does not: defaults, blocks, owners, who gets in."""
