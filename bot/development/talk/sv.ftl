talk-who-are-you = Vem är du? Kod eller en del av namnet:
talk-nobody = Hittades inte: { $wanted }
talk-no-bot = Vertti svarar inte på adressen { $address }. Starta den i en annan terminal: make run
talk-you-are = Du är { $name } ({ $id }), { $role }, { $museum }.
talk-others = I andra terminaler: { $names }.
talk-role-participant = deltagare
talk-role-contact = kontaktperson
talk-role-deputy = ersättare
talk-role-coordinator = samordnare
talk-role-expert = expert
talk-help-short = Skriv till Vertti, eller tryck på en knapp med dess nummer. /help berättar mer, /quit avslutar.
talk-help =
    Skriv vad som helst: det går till Vertti.
    3            tryck på kortets knapp 3 eller svara på punkt 3 (4.3: på kort 4)
    3 = värde    svara genast på punkt 3; alternativ går att ge med nummer, flera med komman, tomt är -
    /say 3       säg något till Vertti som annars vore ett nummer eller ett kommando
    /channel     gå till kanalen; där kommer @Vertti med av sig själv
    /personal    tillbaka till samtalet på tu man hand
    /clock       vad klockan är; /clock +3h, +1d, +1w flyttar den, /clock next till nästa händelse
    /who         vem du är och vilka andra som sitter vid en terminal
    /quit        avsluta
talk-bye = Hej då.
talk-gone = Förbindelsen bröts. Jag väntar på att Vertti kommer tillbaka.
talk-back = Förbindelsen är öppen igen.
talk-not-now = Vertti svarar inte just nu. Försök igen om en stund.
talk-refused = Vertti tog inte emot det här ({ $status }).
talk-no-command = Jag känner inte till det kommandot. /help räknar upp dem.
talk-no-number = Här finns ingen punkt { $number }. Om det är ett meddelande: /say { $number }
talk-outside = Det här skulle öppnas någon annanstans: { $address }
talk-guide = Svara på punkterna. Tomt låter allt vara som förut, - tömmer, /cancel ångrar.
talk-cancelled = Knappen trycktes inte.
talk-filled = { $label } → { $value }
talk-card-personal = Vertti · kort { $number }
talk-card-channel = Vertti · kanalen · kort { $number }
talk-in-personal = Du är på tu man hand med Vertti.
talk-in-channel = Du är i kanalen. Alla ser vad du skriver.
talk-clock-now = Klockan är { $now }.
talk-clock-arrived = { $count ->
    [0] Vertti skickade ingenting under tiden.
    [one] Vertti skickade ett meddelande under tiden.
   *[other] Vertti skickade { $count } meddelanden under tiden.
}
talk-clock-how = Ange tiden så här: /clock +30m, +3h, +1d, +1w eller next
talk-unfit-required = Här behövs ett svar.
talk-unfit-option = Välj ett av alternativen med dess nummer.
talk-unfit-number = Här behövs ett tal.
talk-unfit-range = Det ryms inte inom de tillåtna gränserna.
talk-unfit-day = Ange dagen så här: 2027-05-11 eller 11.5.2027
talk-unfit-time = Ange klockslaget så här: 14:05
talk-unfit-long = Det är för långt.
talk-unfit-pattern = Det har inte rätt form.
