"""Admission: what Kubernetes asks before it runs an object, and what it is told."""
