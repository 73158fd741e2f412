"""TRRO Admin. README.md draws the flow and the layers, and says where to change what."""
