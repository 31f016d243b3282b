"""The server: decisions over HTTP, and for Kubernetes admission. It adds transport, never a second way to decide."""
