"""From a hospital's file to rows of the lake: recognise, read, check, show, and only then commit."""
