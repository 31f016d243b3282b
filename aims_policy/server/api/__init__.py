"""The decision API under ``/v1``, and its description of itself."""
