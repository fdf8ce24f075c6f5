"""The peers, each behind the same few questions; `make bench` installs them."""
