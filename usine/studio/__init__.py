"""The studio: cars made by code, from named curves to glTF; docs/studio.md tells how."""
