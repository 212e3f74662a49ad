"""The bots that Vertti is measured against: plain echoes, built as their makers' samples are."""
