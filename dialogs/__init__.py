"""What the bot says and why. A folder is a conversation; none knows Teams or HTTP."""
