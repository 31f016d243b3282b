"""Documents that others defined: recognising them, converting them, and what readers of several formats share."""
