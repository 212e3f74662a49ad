arrival-forum = Forum
arrival-channel-moved = The forum's channel was deleted: { $name }. For the time being I write in the team's General channel. Would you like to choose another?
arrival-channel-moved-unnamed = The forum's channel was deleted. For the time being I write in the team's General channel. Would you like to choose another?
arrival-choose-channel = Choose a channel
arrival-stranger = Hi, good to meet you! I am Vertti, a helper of peer development forums. I cannot find you in any forum yet. Once you have been added to a forum's team, I will greet you here.
