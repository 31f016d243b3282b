"""What a page of text for people is made of."""
