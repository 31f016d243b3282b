"""Evidence on an asset from other files: where it lies, what it is, how it comes together with the manifest."""
