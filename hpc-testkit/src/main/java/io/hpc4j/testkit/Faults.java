package io.hpc4j.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A plan of what goes wrong, for {@link FaultyTransport}, {@link FaultyJobStore} and {@link FaultyProvider}, which may
 * share one. The same seed gives the same faults: the plan for the n-th call of an operation depends on nothing but the
 * seed, the operation and n, whatever other threads do. May be shared between threads.
 *
 * <pre>{@code
 * Faults faults = Faults.seeded(42).often(0.1);         // every tenth call fails somehow
 * Faults faults = Faults.none().next("submit", Fault.AFTER);   // the next submit is done, its answer is lost
 * }</pre>
 */
public final class Faults {

    private static final int LONGEST_ABSENCE = 5;
    private static final Duration LONGEST_DELAY = Duration.ofMillis(3);

    private final long seed;
    private double rate;
    private Set<Fault> kinds = EnumSet.allOf(Fault.class);
    private int callsToLive = Integer.MAX_VALUE;
    private boolean isDead;
    private boolean isCalm;
    private final Map<String, Integer> calls = new HashMap<>();
    private final Map<String, Integer> absences = new HashMap<>();
    private final Map<String, Deque<Fault>> ordered = new HashMap<>();
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

    private Faults(long seed) {
        this.seed = seed;
    }

    /** A plan without faults, to which single ones can be added by {@link #next}. */
    public static Faults none() {
        return new Faults(0);
    }

    /** A plan that follows a seed; nothing goes wrong until {@link #often} says how often. */
    public static Faults seeded(long seed) {
        return new Faults(seed);
    }

    /**
     * Lets so many calls go wrong.
     *
     * @param part of all calls, 0 to 1
     */
    public synchronized Faults often(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("the part of calls that fail must be 0 to 1, was " + part);
        }
        rate = part;
        return this;
    }

    /** Lets calls go wrong in these ways only; in all ways unless set. */
    public synchronized Faults only(Fault first, Fault... more) {
        kinds = EnumSet.of(first, more);
        return this;
    }

    /**
     * Lets the next call of an operation go wrong; those ordered for one operation come one after the other.
     *
     * @param operation its name, {@code findByKey}, or with its place, {@code store.findByKey}
     */
    public synchronized Faults next(String operation, Fault fault) {
        ordered.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(fault);
        return this;
    }

    /**
     * Lets the client die after so many more calls, as by {@code kill -9}: the last one is done or not, and no later
     * one is.
     */
    public synchronized Faults dieAfter(int moreCalls) {
        if (moreCalls < 0) {
            throw new IllegalArgumentException("moreCalls must be 0 or more, was " + moreCalls);
        }
        callsToLive = moreCalls;
        return this;
    }

    /** Lets a client that {@linkplain #isDead has died} be followed by another, and forgets when that was to be. */
    public synchronized Faults revive() {
        isDead = false;
        callsToLive = Integer.MAX_VALUE;
        return this;
    }

    /** Lets nothing more go wrong. */
    public synchronized void stop() {
        isCalm = true;
    }

    /** The seed of this plan. */
    public long seed() {
        return seed;
    }

    /** Whether the client has died, so that none of its calls is carried out any more. */
    public synchronized boolean isDead() {
        return isDead;
    }

    /** How many calls went wrong so far, by the way they did; calls of a dead client are not counted. */
    public synchronized Map<Fault, Integer> counts() {
        return new EnumMap<>(counts);
    }

    /** Seed, part of calls and counts in one line. */
    @Override
    public synchronized String toString() {
        return "seed %d, %.0f %% of calls, so far %s".formatted(seed, rate * 100, counts);
    }

    // ---------------------------------------------------------------- for what injects them

    /**
     * What becomes of one call.
     *
     * @param fault what goes wrong; {@link Fault#DELAY} has happened already
     * @param isLast whether the client dies with it
     */
    record Fate(Optional<Fault> fault, boolean isLast) {
        boolean is(Fault wanted) {
            return fault.isPresent() && fault.get() == wanted;
        }

        /** Whether nothing is to be done. */
        boolean isRefused() {
            return is(Fault.BEFORE) || is(Fault.AWAY);
        }
    }

    /**
     * Decides on a call, and waits where it is to take a while.
     *
     * @param place what is away together: {@code store}, {@code transport}
     * @param operation what is counted and ordered by name
     * @param possible the ways in which this operation can go wrong
     */
    Fate decide(String place, String operation, Collection<Fault> possible) {
        Fate fate;
        long nanos;
        synchronized (this) {
            int number = calls.merge(place + "." + operation, 1, Integer::sum);
            SplittableRandom random = new SplittableRandom(mixed(place + "." + operation, number));
            fate = fate(place, operation, possible, random);
            nanos = fate.is(Fault.DELAY) ? random.nextLong(1, LONGEST_DELAY.toNanos()) : 0;
        }
        waitFor(nanos);
        return fate;
    }

    private Fate fate(String place, String operation, Collection<Fault> possible, SplittableRandom random) {
        if (isDead) {
            return new Fate(Optional.of(Fault.BEFORE), true);
        }
        if (callsToLive-- <= 0) {
            isDead = true;
            return new Fate(Optional.of(random.nextBoolean() ? Fault.BEFORE : Fault.AFTER), true);
        }
        Optional<Fault> fault = ordered(place + "." + operation)
                .or(() -> ordered(operation))
                .or(() -> absent(place))
                .or(() -> drawn(possible, random));
        fault.ifPresent(f -> counts.merge(f, 1, Integer::sum));
        if (fault.isPresent() && fault.get() == Fault.AWAY && !absences.containsKey(place)) {
            absences.put(place, random.nextInt(1, LONGEST_ABSENCE));
        }
        return new Fate(fault, false);
    }

    private Optional<Fault> ordered(String operation) {
        return Optional.ofNullable(ordered.get(operation)).map(Deque::poll);
    }

    private Optional<Fault> absent(String place) {
        Integer left = absences.get(place);
        if (left == null) {
            return Optional.empty();
        }
        if (isCalm || left == 0) {
            absences.remove(place);
            return Optional.empty();
        }
        absences.put(place, left - 1);
        return Optional.of(Fault.AWAY);
    }

    private Optional<Fault> drawn(Collection<Fault> possible, SplittableRandom random) {
        List<Fault> choice = new ArrayList<>(possible);
        choice.retainAll(kinds);
        if (isCalm || choice.isEmpty() || random.nextDouble() >= rate) {
            return Optional.empty();
        }
        return Optional.of(choice.get(random.nextInt(choice.size())));
    }

    /** A number of its own for each call; the seed's neighbours have nothing in common with it. */
    private long mixed(String operation, int number) {
        return new SplittableRandom(seed * 31 + operation.hashCode()).nextLong() + 0x9E3779B97F4A7C15L * number;
    }

    private static void waitFor(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !Thread.currentThread().isInterrupted(); left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The words of an exception for a call that went wrong on purpose. */
    String words(String place, String operation, Fate fate) {
        if (fate.isLast()) {
            return "this client was killed by its test (%s.%s, seed %d)".formatted(place, operation, seed);
        }
        return "a fault was put here: %s of %s.%s, seed %d"
                .formatted(fate.fault().map(Enum::name).orElse("none"), place, operation, seed);
    }
}
