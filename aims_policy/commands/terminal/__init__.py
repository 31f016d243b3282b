"""What the commands share: options, reading of paths, writing of results, the report of failures."""
