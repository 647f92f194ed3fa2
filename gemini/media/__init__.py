"""Media on their way into a request, checked and made fit to be sent; what is sent is shown."""
