"""The pages of front pages."""

NAVIGATION: list[object] = []
urlpatterns: list[object] = []
