"""What a comment in Markdown is made of."""
