"""What the bot says and why. Each folder is one conversation; none knows Teams, HTTP or the clock."""
