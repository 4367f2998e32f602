package io.hpc4j.core;

import io.hpc4j.core.internal.CallBudget;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.SchedulerBackend;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one scheduler for all jobs that are being watched, with one call per tick, on one thread. A call that fails
 * says nothing about any job. What it learns goes through {@link JobEvents} to the store, the sinks and the listeners.
 */
final class JobWatcher implements JobReports, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JobWatcher.class);

    /** With a clock that a test advances, how often to look at it, in real time. */
    private static final long VIRTUAL_LOOK_MILLIS = 5;

    private static final long LONGEST_SLEEP_MILLIS = 60_000;

    /** The interval of ticks as a part of the time since the last change. */
    private static final int AGE_DIVISOR = 20;

    private static final int MAX_DOUBLINGS = 6;
    private static final int ENDED_KEPT = 1000;

    private final String cluster;
    private final WatchSettings settings;
    private final Clock clock;
    private final boolean isVirtual;
    private final JobEvents events;
    private final Metrics metrics;
    private final Supplier<SchedulerBackend> backend;
    private final CallBudget budget;
    private final Map<JobId, WatchedJob> open = new ConcurrentHashMap<>();

    /** Guarded by this: jobs that ended just now, since an answer from before may still be on its way to someone. */
    private final Map<JobId, WatchedJob> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, WatchedJob> eldest) {
            return size() > ENDED_KEPT;
        }
    };

    private final Thread thread;

    /** Guarded by this: reports of jobs whose submission has not returned yet. */
    private final Map<JobId, Job> early = new HashMap<>();

    private int submitting;
    private long poll;
    private int failures;
    private boolean reportsEveryChange;
    private boolean closed;

    /** For the watcher's thread. */
    private BooleanSupplier afterEachTick = () -> false;

    private boolean wantsMore;
    private Instant lastTick = Instant.EPOCH;
    private Instant nextTick = Instant.MAX;
    private CompletableFuture<Void> answered = new CompletableFuture<>();

    JobWatcher(
            String cluster,
            WatchSettings settings,
            Clock clock,
            JobEvents events,
            Metrics metrics,
            CallBudget budget,
            Supplier<SchedulerBackend> backend) {
        this.cluster = cluster;
        this.settings = settings;
        this.clock = clock;
        this.isVirtual = !clock.equals(Clock.systemUTC());
        this.events = events;
        this.metrics = metrics;
        this.budget = budget;
        this.backend = backend;
        this.thread = new Thread(this::run, "hpc-watch-" + cluster);
        thread.setDaemon(true);
    }

    /**
     * Begins to ask.
     *
     * @param afterEachTick what else is to be asked; returns whether it has to be asked again
     */
    void start(BooleanSupplier afterEachTick) {
        this.afterEachTick = afterEachTick;
        reportsEveryChange = backend.get().reportsEveryChange();
        thread.start();
    }

    // ---------------------------------------------------------------- who is watched

    /** Until {@link #submitted} reports of unknown jobs are kept, since they may be of jobs being submitted. */
    synchronized void submitting() {
        submitting++;
    }

    synchronized void submitted() {
        submitting--;
        if (submitting == 0) {
            early.clear();
        }
    }

    /** Watches a job from now on; one that is watched already stays as it is. */
    WatchedJob watch(Job first) {
        Instant now = clock.instant();
        WatchedJob fresh = new WatchedJob(events.delivery(), first, now);
        if (first.isFinal()) {
            return fresh;
        }
        Job newer;
        synchronized (this) {
            WatchedJob past = ended.get(first.id());
            if (past != null && isSame(past.job(), first)) {
                return past;
            }
            WatchedJob known = open.putIfAbsent(first.id(), fresh);
            if (known != null) {
                return known;
            }
            newer = early.remove(first.id());
            tickWithin(settings.minInterval(), now);
        }
        if (newer != null) {
            report(List.of(newer));
        }
        return fresh;
    }

    /** It is another one if it was queued again, or if the cluster has begun to count anew. */
    private static boolean isSame(Job past, Job other) {
        return other.attempt() <= past.attempt()
                && (past.key().isEmpty() || other.key().isEmpty() || past.key().equals(other.key()));
    }

    Optional<WatchedJob> watched(JobId id) {
        return Optional.ofNullable(open.get(id));
    }

    /** A job that was watched until it ended just now. */
    synchronized Optional<Job> ended(JobId id) {
        return Optional.ofNullable(ended.get(id)).map(WatchedJob::job);
    }

    Collection<WatchedJob> watched() {
        return open.values();
    }

    // ---------------------------------------------------------------- what the backend says by itself

    @Override
    public void report(Collection<Job> jobs) {
        Instant now = clock.instant();
        long current;
        synchronized (this) {
            current = poll;
            for (Job job : jobs) {
                if (submitting > 0 && !open.containsKey(job.id())) {
                    early.put(job.id(), job);
                }
            }
        }
        for (Job job : jobs) {
            WatchedJob watched = open.get(job.id());
            if (watched != null) {
                watched.report(job, current, now, event -> changed(watched, event));
            }
        }
    }

    @Override
    public synchronized void wake() {
        tickWithin(Duration.ZERO, clock.instant());
    }

    /** Waits for the answer to a poll that begins after this call. */
    CompletableFuture<Void> poll() {
        synchronized (this) {
            tickWithin(Duration.ZERO, clock.instant());
            return answered;
        }
    }

    private void changed(WatchedJob watched, JobEvent event) {
        if (event.job().isFinal()) {
            synchronized (this) {
                ended.put(event.job().id(), watched);
                open.remove(event.job().id(), watched);
            }
        }
        events.add(watched, event);
    }

    // ---------------------------------------------------------------- ticks

    /** Guarded by this. Never sooner than the shortest interval after the last tick. */
    private void tickWithin(Duration delay, Instant now) {
        Instant wanted = later(now.plus(delay), lastTick.plus(settings.minInterval()));
        if (failures > 0 && !delay.isZero()) {
            return;
        }
        if (wanted.isBefore(nextTick)) {
            nextTick = wanted;
            notifyAll();
        }
    }

    private void run() {
        budget.pollsOnThisThread();
        try {
            while (awaitTick()) {
                Duration wait = budget.beforePoll();
                if (wait.isZero()) {
                    tick();
                } else {
                    postpone(wait);
                }
            }
        } catch (InterruptedException e) {
            log.debug("{}: watching ends", cluster);
        }
    }

    /** The budget of calls is used up: asks later. Nothing is concluded from that. */
    private synchronized void postpone(Duration wait) {
        nextTick = clock.instant().plus(wait.compareTo(settings.minInterval()) > 0 ? wait : settings.minInterval());
    }

    private synchronized boolean awaitTick() throws InterruptedException {
        while (!closed) {
            Instant now = clock.instant();
            if (!now.isBefore(nextTick)) {
                return true;
            }
            wait(sleepMillis(now));
        }
        return false;
    }

    private long sleepMillis(Instant now) {
        if (isVirtual) {
            return VIRTUAL_LOOK_MILLIS;
        }
        Instant latest = now.plusMillis(LONGEST_SLEEP_MILLIS);
        return Math.max(
                1,
                Duration.between(now, nextTick.isAfter(latest) ? latest : nextTick)
                        .toMillis());
    }

    private void tick() {
        Instant now = clock.instant();
        CompletableFuture<Void> waiting;
        long number;
        synchronized (this) {
            lastTick = now;
            nextTick = Instant.MAX;
            number = ++poll;
            waiting = answered;
            answered = new CompletableFuture<>();
        }
        boolean succeeded = false;
        try {
            ask(number);
            wantsMore = afterEachTick.getAsBoolean();
            succeeded = true;
            waiting.complete(null);
        } catch (RuntimeException | Error e) {
            log.warn("{}: no answer to a status call: {}", cluster, e.toString());
            log.debug("{}: the status call failed", cluster, e);
            waiting.completeExceptionally(e);
        }
        plan(now, succeeded);
    }

    /** Says when to ask again. What happened while we asked may have wanted an earlier tick. */
    private synchronized void plan(Instant began, boolean succeeded) {
        failures = succeeded ? 0 : failures + 1;
        if (succeeded && open.isEmpty() && !wantsMore) {
            return;
        }
        Instant next = clock.instant().plus(succeeded ? interval(began) : pause());
        nextTick = succeeded && nextTick.isBefore(next) ? nextTick : next;
    }

    private void ask(long number) {
        if (open.isEmpty()) {
            return;
        }
        List<JobId> ids = new ArrayList<>(open.keySet());
        Map<JobId, Job> answer = metrics.timed("status", () -> backend.get().statusOf(ids));
        List<WatchedJob> absent = new ArrayList<>();
        Instant now = clock.instant();
        for (JobId id : ids) {
            WatchedJob watched = open.get(id);
            if (watched == null) {
                continue;
            }
            Job job = answer.get(id);
            if (job == null) {
                absent.add(watched);
            } else {
                watched.missingSince = null;
                watched.answer(job, number, now, event -> changed(watched, event));
            }
        }
        if (!absent.isEmpty()) {
            lookUp(absent, number);
        }
    }

    /** The queue has these no longer: what became of them? */
    private void lookUp(List<WatchedJob> absent, long number) {
        List<JobId> ids = absent.stream().map(WatchedJob::id).toList();
        Map<JobId, Job> history = metrics.timed("history", () -> backend.get().historyOf(ids));
        Instant now = clock.instant();
        for (WatchedJob watched : absent) {
            Job job = history.get(watched.id());
            if (job != null) {
                watched.answer(job, number, now, event -> changed(watched, event));
            }
            if (job == null || !job.state().isEnded()) {
                missed(watched, number, now);
            }
        }
    }

    /** Neither has its end. That is an answer only after a while. */
    private void missed(WatchedJob watched, long number, Instant now) {
        Instant since = watched.missingSince;
        if (since == null) {
            watched.missingSince = now;
            return;
        }
        Duration missing = Duration.between(since, now);
        if (missing.compareTo(settings.lostGrace()) < 0) {
            return;
        }
        if (watched.job().state() != JobState.LOST) {
            Job lost = watched.job().toBuilder()
                    .state(JobState.LOST)
                    .reason("neither the queue nor the accounting knows it since " + since)
                    .build();
            watched.answer(lost, number, now, event -> changed(watched, event));
        } else if (missing.compareTo(settings.lostKeep()) >= 0) {
            Job givenUp = watched.job().toBuilder()
                    .endedAt(now)
                    .reason("given up: neither the queue nor the accounting knows it since " + since)
                    .build();
            watched.answer(givenUp, number, now, event -> changed(watched, event));
        }
    }

    private Duration interval(Instant now) {
        if (reportsEveryChange) {
            return settings.maxInterval();
        }
        Instant youngest = open.values().stream()
                .filter(w -> w.job().state() != JobState.LOST)
                .map(WatchedJob::changedAt)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        Duration wanted = Duration.between(youngest, now).dividedBy(AGE_DIVISOR);
        if (wanted.compareTo(settings.minInterval()) < 0) {
            return settings.minInterval();
        }
        return wanted.compareTo(settings.maxInterval()) > 0 ? settings.maxInterval() : wanted;
    }

    /** Doubles with every failure, with jitter, so that many clients of one scheduler do not come back together. */
    private Duration pause() {
        long millis = settings.minInterval().toMillis() << Math.min(failures, MAX_DOUBLINGS);
        long bounded = Math.min(millis, settings.maxInterval().toMillis());
        return Duration.ofMillis(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Stops asking, and frees everyone who waits. The jobs go on. */
    @Override
    public void close() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            closed = true;
            waiting = answered;
            notifyAll();
        }
        thread.interrupt();
        waiting.completeExceptionally(new IllegalStateException(cluster + " is closed"));
        try {
            thread.join(LONGEST_SLEEP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
        open.values().forEach(WatchedJob::close);
    }
}
