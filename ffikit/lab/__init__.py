"""The lab: what a call costs from each host, by each technique."""
