"""What a SARIF log is made of: rules, results, places."""
