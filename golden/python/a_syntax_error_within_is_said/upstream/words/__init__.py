from .text import capitalise_all
