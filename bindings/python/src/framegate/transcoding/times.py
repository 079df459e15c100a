"""Times as people read them: 1:30.00, 0:01:30.50."""


def clock_text(seconds: float) -> str:
    """Hours, minutes and seconds, to the hundredth: 1:30.00, 1:01:30.00."""
    hundredths = round(abs(seconds) * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    front = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{'-' * (seconds < 0)}{front}:{rest / 100:05.2f}"
