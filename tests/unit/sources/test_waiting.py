import structlog

from veille.sources.waiting import AwaitedResource


def test_says_it_once_then_ever_more_rarely_and_once_when_over() -> None:
    now = 0.0
    with structlog.testing.capture_logs() as logs:
        waiting = AwaitedResource("it is back", lambda: now)
        waiting.is_over()
        for second in range(3601):
            now = float(second)
            waiting.because("it is gone")
        assert waiting.reason == "it is gone"
        waiting.is_over()
        waiting.is_over()
    assert waiting.reason is None
    said = [(entry["event"], entry["waited_seconds"]) for entry in logs]
    assert said[:5] == [("it is gone", wait) for wait in (0, 10, 30, 70, 150)]
    assert said[-1] == ("it is back", 3600)
    assert len(said) < 16
