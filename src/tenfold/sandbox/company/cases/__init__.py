"""What is planted for the ten risks: each case with a decoy that looks alike and is fine."""
