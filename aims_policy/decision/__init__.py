"""The decision core: match, evaluate, enforce, waive. Reads no files, prints nothing, takes the time as an argument."""
