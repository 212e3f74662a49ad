talk-who-are-you = Kuka olet? Tunnus tai nimen osa:
talk-nobody = Ei löytynyt: { $wanted }
talk-no-bot = Vertti ei vastaa osoitteessa { $address }. Käynnistä se toisessa päätteessä: make run
talk-you-are = Olet { $name } ({ $id }), { $role }, { $museum }.
talk-others = Muissa päätteissä: { $names }.
talk-role-participant = osallistuja
talk-role-contact = yhteyshenkilö
talk-role-deputy = varahenkilö
talk-role-coordinator = koordinaattori
talk-role-expert = asiantuntija
talk-help-short = Kirjoita Vertille, tai paina nappia sen numerolla. /help kertoo lisää, /quit lopettaa.
talk-help =
    Kirjoita mitä vain: se menee Vertille.
    3           paina kortin nappia 3 tai vastaa kohtaan 3 (4.3: kortissa 4)
    3 = arvo    vastaa kohtaan 3 heti; vaihtoehdon voi antaa numerolla, useita pilkuin, tyhjä on -
    /say 3      sano Vertille jotakin, joka muuten olisi numero tai komento
    /channel    siirry kanavalle; siellä @Vertti tulee viestiin itsestään
    /personal   palaa kahdenkeskiseen keskusteluun
    /clock      mitä kello on; /clock +3h, +1d, +1w siirtää sitä, /clock next seuraavaan tapahtumaan
    /who        kuka olet ja ketkä muut ovat päätteissä
    /quit       lopeta
talk-bye = Näkemiin.
talk-gone = Yhteys katkesi. Odotan, että Vertti tulee takaisin.
talk-back = Yhteys on taas auki.
talk-not-now = Vertti ei juuri nyt vastaa. Kokeile hetken päästä uudelleen.
talk-refused = Vertti ei ottanut tätä vastaan ({ $status }).
talk-no-command = En tunne tuota komentoa. /help luettelee ne.
talk-no-number = Täällä ei ole kohtaa { $number }. Jos se on viesti: /say { $number }
talk-outside = Tämä avautuisi muualla: { $address }
talk-guide = Vastaa kohtiin. Tyhjä jättää ennalleen, - tyhjentää, /cancel perii takaisin.
talk-cancelled = Jäi painamatta.
talk-filled = { $label } → { $value }
talk-card-personal = Vertti · kortti { $number }
talk-card-channel = Vertti · kanava · kortti { $number }
talk-in-personal = Olet kahden Vertin kanssa.
talk-in-channel = Olet kanavalla. Kaikki näkevät, mitä kirjoitat.
talk-clock-now = Kello on { $now }.
talk-clock-arrived = { $count ->
    [0] Vertti ei lähettänyt sillä välin mitään.
    [one] Vertti lähetti sillä välin yhden viestin.
   *[other] Vertti lähetti sillä välin { $count } viestiä.
}
talk-clock-how = Anna aika näin: /clock +30m, +3h, +1d, +1w tai next
talk-unfit-required = Tähän tarvitaan vastaus.
talk-unfit-option = Valitse numerolla jokin vaihtoehdoista.
talk-unfit-number = Tähän tarvitaan luku.
talk-unfit-range = Tuo ei mahdu sallittuihin rajoihin.
talk-unfit-day = Anna päivä näin: 2027-05-11 tai 11.5.2027
talk-unfit-time = Anna kellonaika näin: 14:05
talk-unfit-long = Tuo on liian pitkä.
talk-unfit-pattern = Tuo ei ole oikeaa muotoa.
