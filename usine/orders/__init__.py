"""Leads and test-drive bookings."""
