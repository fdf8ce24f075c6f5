"""Kinds of jobs that are announced are those that the modules register: no worker waits for another."""

from __future__ import annotations

from importlib import import_module

from usine.commons import jobs


def test_each_announced_kind_has_its_handler_in_the_module_that_is_named():
    announced = jobs.list_announced()
    assert announced
    for kind, module in announced.items():
        import_module(module)
        assert jobs._handlers[kind].__module__ in {module, "usine.reputation.trouble.telling"}
    registered = {kind for kind in jobs._handlers if kind.startswith("reputation.")}
    assert registered <= set(announced)
