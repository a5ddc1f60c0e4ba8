"""RESP-04: a detected leak triggers a playbook that takes access away."""
