"""The pages of the monthly close."""

NAVIGATION: list[object] = []
urlpatterns: list[object] = []
