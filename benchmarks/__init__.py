"""Speed and memory against other packages, as ratios within one run."""
