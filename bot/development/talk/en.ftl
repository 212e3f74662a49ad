talk-who-are-you = Who are you? An id or a part of a name:
talk-nobody = Not found: { $wanted }
talk-no-bot = Vertti does not answer at { $address }. Start it in another terminal: make run
talk-you-are = You are { $name } ({ $id }), { $role }, { $museum }.
talk-others = In other terminals: { $names }.
talk-role-participant = participant
talk-role-contact = contact person
talk-role-deputy = deputy
talk-role-coordinator = coordinator
talk-role-expert = expert
talk-help-short = Write to Vertti, or press a button by its number. /help tells more, /quit ends.
talk-help =
    Write anything: it goes to Vertti.
    3            press button 3 of the card, or answer question 3 (4.3: on card 4)
    3 = value    answer question 3 at once; options by number, several with commas, nothing is -
    /say 3       say something to Vertti that would else be a number or a command
    /channel     go to the channel; there @Vertti is added by itself
    /personal    back to the chat between you two
    /clock       what time it is; /clock +3h, +1d, +1w moves it, /clock next to what happens next
    /who         who you are, and who else sits at a terminal
    /quit        end
talk-bye = Goodbye.
talk-gone = The connection broke. I am waiting for Vertti to come back.
talk-back = The connection is open again.
talk-not-now = Vertti does not answer right now. Try again in a moment.
talk-refused = Vertti did not take this ({ $status }).
talk-no-command = I do not know that command. /help lists them.
talk-no-number = There is no { $number } here. If it is a message: /say { $number }
talk-outside = This would open elsewhere: { $address }
talk-guide = Answer the questions. Empty leaves things as they are, - clears, /cancel takes it back.
talk-cancelled = The button was not pressed.
talk-filled = { $label } → { $value }
talk-card-personal = Vertti · card { $number }
talk-card-channel = Vertti · channel · card { $number }
talk-in-personal = You are alone with Vertti.
talk-in-channel = You are in the channel. Everybody sees what you write.
talk-clock-now = It is { $now }.
talk-clock-arrived = { $count ->
    [0] Vertti sent nothing in the meantime.
    [one] Vertti sent one message in the meantime.
   *[other] Vertti sent { $count } messages in the meantime.
}
talk-clock-how = Give the time like this: /clock +30m, +3h, +1d, +1w or next
talk-unfit-required = This needs an answer.
talk-unfit-option = Choose one of the options by its number.
talk-unfit-number = This needs a number.
talk-unfit-range = That is outside the limits.
talk-unfit-day = Give the day like this: 2027-05-11 or 11.5.2027
talk-unfit-time = Give the time like this: 14:05
talk-unfit-long = That is too long.
talk-unfit-pattern = That is not in the right form.
