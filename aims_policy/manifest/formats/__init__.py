"""Foreign manifest formats, one file each, found by their place. `manifest.foreign.read` says what such a file has."""
