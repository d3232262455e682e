"""What each embedded language means: text in, meaning and labels out. Nothing here knows files, YAML or Helm."""
