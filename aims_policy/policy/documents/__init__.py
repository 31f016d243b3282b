"""What policy authors write: the form of their files, what is wrong with one, what it says."""
