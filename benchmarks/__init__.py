"""What the engine costs, in ratios measured side by side: ``python -m benchmarks``."""
