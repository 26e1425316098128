"""Who owes whom."""

from .settling import settle

__all__ = ["settle"]
