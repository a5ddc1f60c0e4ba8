"""The Gherkin vocabulary: Givens choose, Whens act, Thens assert."""
