package io.hpc4j.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until a test advances it. May be shared between threads; {@linkplain #withZone copies for
 * other zones} show the same time.
 */
public final class MutableClock extends Clock {

    private final Hand hand;
    private final ZoneId zone;

    /** What the copies for other zones share. */
    private static final class Hand {
        private Instant now;

        private Hand(Instant now) {
            this.now = now;
        }

        private synchronized Instant get() {
            return now;
        }

        private synchronized void set(Instant instant) {
            now = instant;
        }

        private synchronized Instant advance(Duration step) {
            now = now.plus(step);
            return now;
        }
    }

    private MutableClock(Hand hand, ZoneId zone) {
        this.hand = hand;
        this.zone = zone;
    }

    /** A clock in UTC that shows this instant. */
    public static MutableClock at(Instant start) {
        return new MutableClock(new Hand(start), ZoneOffset.UTC);
    }

    /** A clock in UTC that shows the instant in ISO form: {@code 2026-01-31T12:00:00Z}. */
    public static MutableClock at(String start) {
        return at(Instant.parse(start));
    }

    /**
     * Lets time pass.
     *
     * @return the time now
     * @throws IllegalArgumentException if the step is negative; {@link #set} goes back
     */
    public Instant advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("a step must not be negative, was " + step);
        }
        return hand.advance(step);
    }

    /** Shows this instant from now on, earlier or later. */
    public void set(Instant instant) {
        hand.set(instant);
    }

    @Override
    public Instant instant() {
        return hand.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new MutableClock(hand, other);
    }

    @Override
    public String toString() {
        return "MutableClock[" + hand.get() + "]";
    }
}
