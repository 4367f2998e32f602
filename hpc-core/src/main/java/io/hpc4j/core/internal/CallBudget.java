package io.hpc4j.core.internal;

import io.hpc4j.core.internal.BudgetFile.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the commands that the processes of this user run for one cluster, and slows them down where they are too many.
 * It never makes one fail: a poll waits for a later tick, another command waits for {@value #MOST_WAIT_SECONDS} s at
 * most and is run then. May be shared between threads.
 */
public final class CallBudget {

    private static final Logger log = LoggerFactory.getLogger(CallBudget.class);
    private static final int MOST_WAIT_SECONDS = 10;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What changes something, or belongs to it; it goes before what only looks. */
    private static final Set<String> URGENT = Set.of(
            "submit",
            "submitAll",
            "submitArray",
            "findByKey",
            "cancel",
            "hold",
            "release",
            "suspend",
            "resume",
            "requeue");

    private enum Kind {
        POLL,
        QUERY,
        CHANGE
    }

    private final String cluster;
    private final @Nullable BudgetRule rule;
    private final BudgetFile file;
    private final Clock clock;
    private final Samples samples;
    private final Duration mostWait;

    /** Guarded by this, as the next ones. What this process knows of, for when the file cannot be used. */
    private Optional<Level> known = Optional.empty();

    private final Map<Kind, Long> waits = new EnumMap<>(Kind.class);
    private boolean toldOfFile;
    private volatile boolean runsCommands;

    /** On the thread that polls: whether the first command of this tick is paid for. Elsewhere nothing. */
    private final ThreadLocal<@Nullable Boolean> paid = new ThreadLocal<>();

    private CallBudget(
            String cluster,
            @Nullable BudgetRule rule,
            BudgetFile file,
            Clock clock,
            Samples samples,
            Duration mostWait) {
        this.cluster = cluster;
        this.rule = rule;
        this.file = file;
        this.clock = clock;
        this.samples = samples;
        this.mostWait = mostWait;
    }

    /**
     * A budget that is kept in a file.
     *
     * @param perMinute calls allowed in any minute; 0 for any number, which touches no file
     */
    public static CallBudget of(String cluster, int perMinute, Path file, Clock clock, Samples samples) {
        return of(cluster, perMinute, file, clock, samples, Duration.ofSeconds(MOST_WAIT_SECONDS));
    }

    static CallBudget of(String cluster, int perMinute, Path file, Clock clock, Samples samples, Duration mostWait) {
        BudgetRule rule = perMinute == 0 ? null : new BudgetRule(perMinute);
        return new CallBudget(cluster, rule, new BudgetFile(file), clock, samples, mostWait);
    }

    /**
     * The same number, if it can be a budget.
     *
     * @throws IllegalArgumentException if not
     */
    public static int checked(int perMinute) {
        return perMinute == 0 ? 0 : new BudgetRule(perMinute).perMinute();
    }

    /** Says that the commands of this thread are polls, which {@link #beforePoll} has let pass. */
    public void pollsOnThisThread() {
        paid.set(false);
    }

    /** How long a poll has to wait; zero if it may be made now, and is counted. For the thread that polls. */
    public Duration beforePoll() {
        if (rule == null || !runsCommands || Boolean.TRUE.equals(paid.get())) {
            return Duration.ZERO;
        }
        Attempt attempt = take(rule, false);
        if (attempt.granted) {
            paid.set(true);
            return Duration.ZERO;
        }
        waited(Kind.POLL);
        return rule.untilRoom(attempt.level, false);
    }

    /** Counts a command, after waiting for room for a bounded time. */
    void beforeCommand(String operation) {
        runsCommands = true;
        if (rule == null) {
            return;
        }
        Boolean isPaid = paid.get();
        if (isPaid == null) {
            await(rule, URGENT.contains(operation) ? Kind.CHANGE : Kind.QUERY);
        } else if (isPaid) {
            paid.set(false);
        } else {
            charge(rule);
        }
    }

    private void await(BudgetRule limit, Kind kind) {
        boolean isUrgent = kind == Kind.CHANGE;
        long begin = System.nanoTime();
        Attempt attempt = take(limit, isUrgent);
        if (!attempt.granted) {
            waited(kind);
            log.debug("{}: waits, since {} calls a minute are used up", cluster, limit.perMinute());
        }
        while (!attempt.granted) {
            long left = mostWait.toNanos() - (System.nanoTime() - begin);
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                charge(limit);
                log.info(
                        "{}: more than {} calls a minute, but this one has waited for {}",
                        cluster,
                        limit.perMinute(),
                        mostWait);
                return;
            }
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
            attempt = take(limit, isUrgent);
        }
    }

    /** Whether a call was let pass, and the level after it. */
    private static final class Attempt {
        private boolean granted;
        private Level level = new Level(0, 0);
    }

    private Attempt take(BudgetRule limit, boolean isUrgent) {
        Attempt attempt = new Attempt();
        attempt.level = change(limit, before -> {
            attempt.granted = limit.hasRoom(before, isUrgent);
            return attempt.granted ? new Level(before.atMillis(), before.used() + 1) : before;
        });
        return attempt;
    }

    private void charge(BudgetRule limit) {
        change(limit, before -> new Level(before.atMillis(), before.used() + 1));
    }

    private Level change(BudgetRule limit, UnaryOperator<Level> change) {
        UnaryOperator<Optional<Level>> step = before -> Optional.of(change.apply(limit.worn(before, clock.millis())));
        Optional<Level> shared = Optional.empty();
        try {
            shared = file.update(step);
        } catch (IOException | RuntimeException e) { // also of a system without permissions
            tellOfFile(e);
        }
        Level level;
        synchronized (this) {
            level = shared.or(() -> step.apply(known)).orElseThrow();
            known = Optional.of(level);
        }
        samples.tell("hpc_scheduler_budget_used_ratio", level.used() / limit.burst(), Map.of());
        return level;
    }

    private synchronized void tellOfFile(Exception e) {
        if (!toldOfFile) {
            toldOfFile = true;
            log.warn("{}: calls of other processes of this user are not counted: {}", cluster, e.toString());
        }
    }

    private void waited(Kind kind) {
        double count;
        synchronized (this) {
            count = (double) waits.merge(kind, 1L, Long::sum);
        }
        samples.tell(
                "hpc_scheduler_budget_waits_total",
                count,
                Map.of("kind", kind.name().toLowerCase(Locale.ROOT)));
    }
}
