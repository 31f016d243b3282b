"""What the formats for continuous integration share: places, wording, what is to be shown, escaping."""
