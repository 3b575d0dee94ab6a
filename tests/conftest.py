"""For all tests: Ctrl-C works."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever starts the tests in a shell's background lets them ignore it, and every program that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
