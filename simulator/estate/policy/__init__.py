"""Azure Policy as declared: what is assigned, with which effect, and what stands against it.

"Assigned" is not "enforced". Whether either is good, the controls decide.
"""
