"""Background jobs: what runs, how far it is."""

urlpatterns: list = []
