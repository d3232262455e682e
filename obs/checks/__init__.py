"""What can be wrong with a program, one file each. A module here is a check; nothing lists them."""
