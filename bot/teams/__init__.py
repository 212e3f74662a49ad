"""Where Teams begins. The only folder that knows the Bot Framework SDK."""
