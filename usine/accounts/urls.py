from django.urls import path

from usine.accounts.views import SignIn, SignOut

urlpatterns = [
    path("desk/login/", SignIn.as_view(), name="desk_login"),
    path("desk/logout/", SignOut.as_view(), name="desk_logout"),
]
