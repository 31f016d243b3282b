"""The management system as a whole: the Statement of Applicability, and what is missing on the way to certification."""
