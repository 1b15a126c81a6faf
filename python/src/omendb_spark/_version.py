"""The version of this package, and of the jar it asks for."""

__version__ = "0.1.0"
