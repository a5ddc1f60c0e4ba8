"""DATA-08: what is deleted or altered can be had back."""
