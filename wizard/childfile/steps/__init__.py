"""The six steps of a child's dossier, each with the questions that its rules ask of this child."""
