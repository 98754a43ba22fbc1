"""What people do with the close."""
