"""The catalogues: one folder a language, a template, and how to bring them up to date."""
