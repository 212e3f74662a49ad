arrival-forum = Forum
arrival-channel-moved = Forumets kanal togs bort: { $name }. Tills vidare skriver jag i teamets allmänna kanal. Vill du välja en annan?
arrival-channel-moved-unnamed = Forumets kanal togs bort. Tills vidare skriver jag i teamets allmänna kanal. Vill du välja en annan?
arrival-choose-channel = Välj kanal
arrival-stranger = Hej, roligt att träffas! Jag är Vertti, en hjälpreda för forum för kollegial utveckling. Jag hittar dig inte i något forum än. När du har lagts till i ett forums team hälsar jag på dig här.
