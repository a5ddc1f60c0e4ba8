"""Who can reach whom over the declared virtual networks, and what lets them."""
