"""What can be counted without saying anything about a person."""

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("vertti_turns", "Activities acted on", ["type", "outcome"])
REFUSED = Counter("vertti_refused", "Requests refused at the door", ["why"])
ANSWER_SECONDS = Histogram(
    "vertti_answer_seconds",
    "From request to answer",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)
CONNECTOR_CALLS = Counter("vertti_connector_calls", "Calls to Teams", ["method", "status"])
PROMPTS = Gauge("vertti_prompts", "Prompts by state", ["state"])
LATE_SECONDS = Gauge("vertti_prompts_late_seconds", "Age of the longest-waiting due prompt")
TICKS = Counter("vertti_ticks", "Ticks of the clock", ["outcome"])
UNREACHABLE = Counter("vertti_unreachable", "People whom Teams stopped reaching", ["why"])
