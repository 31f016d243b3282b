"""The native manifest: its shape, how it is walked and written, and the schemas that editors use."""
