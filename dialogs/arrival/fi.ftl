arrival-forum = Foorumi
arrival-channel-moved = Foorumin kanava poistettiin: { $name }. Kirjoitan toistaiseksi tiimin yleiselle kanavalle. Haluatko valita toisen?
arrival-channel-moved-unnamed = Foorumin kanava poistettiin. Kirjoitan toistaiseksi tiimin yleiselle kanavalle. Haluatko valita toisen?
arrival-choose-channel = Valitse kanava
arrival-stranger = Hei, mukava tavata! Olen Vertti, vertaiskehittämisfoorumien apuri. En löydä sinua vielä mistään foorumista. Kun sinut on lisätty foorumin tiimiin, tervehdin sinua täällä.
