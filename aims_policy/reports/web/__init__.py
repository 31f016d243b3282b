"""What a page in HTML is made of. It stands alone, loads nothing and runs nothing."""
