"""The desk's screens of this room: inbox, alerts, boards, reports, sources, templates, erasure."""
