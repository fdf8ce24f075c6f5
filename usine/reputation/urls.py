from django.urls import include, path

from usine.reputation.desk import alerts, answers, boards, browsers, inbox, reports, sources

ROOM = "desk/reputation"
urlpatterns = [
    path(f"{ROOM}/", inbox.show_inbox, name="reputation_inbox"),
    path(f"{ROOM}/mentions/<int:mention>/<slug:verb>/", inbox.act, name="reputation_act"),
    path(f"{ROOM}/mentions/", inbox.act_on_many, name="reputation_many"),
    path(f"{ROOM}/undo/", inbox.undo, name="reputation_undo"),
    path(f"{ROOM}/searches/", inbox.save_search, name="reputation_search_save"),
    path(f"{ROOM}/searches/<int:search>/delete/", inbox.drop_search, name="reputation_search_drop"),
    path(f"{ROOM}/alerts/", alerts.list_alerts, name="reputation_alerts"),
    path(f"{ROOM}/alerts/choose/", alerts.choose, name="reputation_alerts_choose"),
    path(f"{ROOM}/alerts/browser/on/", browsers.turn_on, name="reputation_browser_on"),
    path(f"{ROOM}/alerts/browser/off/", browsers.turn_off, name="reputation_browser_off"),
    path(f"{ROOM}/alerts/browser/renew/", browsers.renew, name="reputation_browser_renew"),
    path(f"{ROOM}/alerts/browser/try/", browsers.try_out, name="reputation_browser_try"),
    path(f"{ROOM}/worker.js", browsers.send_worker, name="reputation_worker"),
    path(f"{ROOM}/alerts/<int:alert>/", alerts.show_alert, name="reputation_alert"),
    path(f"{ROOM}/alerts/<int:alert>/<slug:verb>/", alerts.act_on_alert, name="reputation_alert_act"),
    path(f"{ROOM}/boards/", boards.show_boards, name="reputation_boards"),
    path(f"{ROOM}/boards/<slug:key>.<slug:kind>", boards.export_board, name="reputation_board"),
    path(f"{ROOM}/reports/", reports.list_reports, name="reputation_reports"),
    path(f"{ROOM}/reports/<slug:market>/<slug:week>/", reports.show_report, name="reputation_report"),
    path(f"{ROOM}/reports/<slug:market>/<slug:week>.pdf", reports.send_report, name="reputation_paper"),
    path(f"{ROOM}/sources/", sources.show_sources, name="reputation_sources"),
    path(f"{ROOM}/sources/import/file/", sources.bring_file, name="reputation_import"),
    path(f"{ROOM}/sources/<slug:slug>/", sources.enter_source, name="reputation_source"),
    path(f"{ROOM}/sources/<slug:slug>/aside/", sources.try_all, name="reputation_aside_all"),
    path(f"{ROOM}/sources/<slug:slug>/aside/<int:aside>/", sources.act_on_aside, name="reputation_aside"),
    path(f"{ROOM}/answers/", answers.show_templates, name="reputation_templates"),
    path(f"{ROOM}/answers/keep/", answers.keep_template, name="reputation_template_keep"),
    path(f"{ROOM}/answers/<int:template>/delete/", answers.delete_template, name="reputation_template_drop"),
    path(f"{ROOM}/answers/erase/", answers.erase, name="reputation_erase"),
    path("", include("usine.reputation.sources.urls")),
]
