from django.urls import path

from usine.journeys import answers, views

urlpatterns = [
    path("c/", views.ask_code, name="ask_code"),
    path("c/<slug:code>", views.open_code, name="open_code"),
    path("<slug:locale_path>/<slug:vehicle>/configurator/", views.show_configurator, name="configurator"),
    path(
        "<slug:locale_path>/<slug:vehicle>/configurator/answers/", answers.answer, name="configurator_answers"
    ),
    path(
        "<slug:locale_path>/<slug:vehicle>/configurator/answers/<slug:offer_key>/",
        answers.answer_from,
        name="configurator_answers_from",
    ),
    path(
        "<slug:locale_path>/<slug:vehicle>/configurator/kit/<slug:key>/",
        answers.give_kit,
        name="configurator_kit",
    ),
    path("<slug:locale_path>/<slug:vehicle>/configurator/clicks/", views.take_clicks, name="take_clicks"),
    path("<slug:locale_path>/<slug:vehicle>/configurator/save/", views.save, name="save_configuration"),
]
