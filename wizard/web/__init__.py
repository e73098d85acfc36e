"""What HTTP needs: what each request and each answer must respect, whatever the page."""
