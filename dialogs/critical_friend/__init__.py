"""Critical friends: a colleague from another organisation who asks what one does not ask oneself.

A round invites, matches exactly, shows the pairs to the coordinators first, proposes to each
separately, and repairs at once. A pair is introduced, agrees shortly, is followed gently, and may
end without a reason. Vertti keeps names, rhythm and dates, never what was talked about.
"""

from dialogs.critical_friend import follow, invitation, meeting, pair, preview, proposal, rounds
from dialogs.critical_friend.calendar import due
from dialogs.turn import Step

STEPS: dict[str, Step] = {
    "critical_friend.start": invitation.start,
    "critical_friend.invite": invitation.invite,
    "critical_friend.join": invitation.join,
    "critical_friend.change": invitation.change,
    "critical_friend.changed": invitation.changed,
    "critical_friend.not_now": invitation.not_now,
    "critical_friend.opt": invitation.opt,
    "critical_friend.pause": invitation.pause,
    "critical_friend.paused": invitation.paused,
    "critical_friend.see": rounds.see,
    "critical_friend.open_round": rounds.open_round,
    "critical_friend.match_now": rounds.match_now,
    "critical_friend.preview_ready": rounds.preview_ready,
    "critical_friend.preview": preview.preview,
    "critical_friend.edit": preview.edit,
    "critical_friend.swap": preview.swap,
    "critical_friend.pin": preview.pin,
    "critical_friend.split": preview.split,
    "critical_friend.forbid": preview.forbid,
    "critical_friend.rerun": preview.rerun,
    "critical_friend.approve": preview.approve,
    "critical_friend.propose": proposal.propose,
    "critical_friend.remind": proposal.remind,
    "critical_friend.accept": proposal.accept,
    "critical_friend.decline": proposal.decline,
    "critical_friend.waits": proposal.waits,
    "critical_friend.went_on": proposal.went_on,
    "critical_friend.introduce": pair.introduce,
    "critical_friend.pair": pair.pair,
    "critical_friend.suggest": meeting.suggest,
    "critical_friend.send_times": meeting.send_times,
    "critical_friend.times": meeting.times,
    "critical_friend.book": meeting.book,
    "critical_friend.booked": meeting.booked,
    "critical_friend.agreement": pair.agreement,
    "critical_friend.agree": pair.agree,
    "critical_friend.talk_step": follow.talk_step,
    "critical_friend.question": follow.question,
    "critical_friend.did_you_meet": follow.did_you_meet,
    "critical_friend.met": follow.met,
    "critical_friend.learned": follow.learned,
    "critical_friend.check": follow.check,
    "critical_friend.fine": follow.fine,
    "critical_friend.end": follow.end,
    "critical_friend.end_now": follow.end_now,
    "critical_friend.ended": follow.ended,
    "critical_friend.after_end": follow.after_end,
    "critical_friend.human": follow.human,
    "critical_friend.go_on": follow.go_on,
    "critical_friend.keep": follow.keep,
}
__all__ = ["STEPS", "due"]
