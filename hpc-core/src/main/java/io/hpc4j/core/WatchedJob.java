package io.hpc4j.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one place where a job's newest snapshot is kept, and who wants to hear of it. About 60 bytes while nobody does. */
final class WatchedJob {

    private final Delivery delivery;
    private volatile Job job;
    private @Nullable CompletableFuture<Job> completion;
    private @Nullable CompletableFuture<Job> started;
    private @Nullable List<Delivery.Subscriber<Job>> subscribers;
    private boolean closed;

    /** When the watcher first missed the job; for its thread only. */
    @Nullable
    Instant missingSince;

    /** When the snapshot last changed; for the interval of ticks. */
    private volatile Instant changedAt;

    /** The number of the poll during or after which the backend itself last reported this job. */
    private long reportedInPoll;

    WatchedJob(Delivery delivery, Job job, Instant now) {
        this.delivery = delivery;
        this.job = job;
        this.changedAt = now;
    }

    JobId id() {
        return job.id();
    }

    Job job() {
        return job;
    }

    Instant changedAt() {
        return changedAt;
    }

    /** Takes what the backend told by itself; {@code out} gets the change, if it is one, in the order of changes. */
    synchronized void report(Job next, long poll, Instant now, Consumer<JobEvent> out) {
        reportedInPoll = poll;
        change(next, now, out);
    }

    /** Takes the answer to a poll, unless the backend has told something newer since that poll began. */
    synchronized void answer(Job next, long poll, Instant now, Consumer<JobEvent> out) {
        if (reportedInPoll < poll) {
            change(next, now, out);
        }
    }

    private void change(Job next, Instant now, Consumer<JobEvent> out) {
        Job previous = job;
        if (previous.isFinal()) {
            return;
        }
        job = merged(previous, next);
        boolean same = previous.state() == next.state()
                && previous.attempt() == next.attempt()
                && previous.rawState().equals(next.rawState())
                && previous.nodes().equals(next.nodes())
                && previous.reason().equals(next.reason());
        if (!same) {
            changedAt = now;
            out.accept(new JobEvent(previous, job, now));
        }
    }

    /** What only we know, because the scheduler does not keep it, stays. */
    private static Job merged(Job previous, Job next) {
        if (next.key().isPresent()
                && (!next.labels().isEmpty() || previous.labels().isEmpty())) {
            return next;
        }
        Job.Builder merged = next.toBuilder();
        if (next.key().isEmpty()) {
            merged.key(previous.key().orElse(null));
        }
        if (next.labels().isEmpty()) {
            merged.labels(previous.labels());
        }
        return merged.build();
    }

    /** Hands an event to all who wait for it. The caller delivers the events of one job in order. */
    void tell(JobEvent event) {
        Job now = event.job();
        CompletableFuture<Job> ended = null;
        CompletableFuture<Job> begun = null;
        List<Delivery.Subscriber<Job>> listening;
        synchronized (this) {
            if (now.state().isEnded()) {
                ended = completion;
            }
            if (now.state().isEnded() || now.state().isStarted()) {
                begun = started;
            }
            listening = subscribers == null ? List.of() : List.copyOf(subscribers);
        }
        complete(begun, now);
        listening.forEach(s -> s.deliver(now));
        complete(ended, now);
    }

    private void complete(@Nullable CompletableFuture<Job> future, Job value) {
        if (future != null && !future.isDone()) {
            delivery.execute(() -> future.complete(value));
        }
    }

    synchronized CompletableFuture<Job> completion() {
        if (completion == null) {
            completion = future(job.state().isEnded());
        }
        return completion;
    }

    synchronized CompletableFuture<Job> started() {
        if (started == null) {
            started = future(job.state().isEnded() || job.state().isStarted());
        }
        return started;
    }

    private CompletableFuture<Job> future(boolean done) {
        if (done) {
            return CompletableFuture.completedFuture(job);
        }
        return closed ? CompletableFuture.failedFuture(closedException()) : new CompletableFuture<>();
    }

    Subscription subscribe(Consumer<Job> listener) {
        Delivery.Subscriber<Job> subscriber = delivery.subscriber("listener of job " + id(), listener);
        boolean ended;
        synchronized (this) {
            if (subscribers == null) {
                subscribers = new ArrayList<>(1);
            }
            subscribers.add(subscriber);
            ended = job.state().isEnded();
        }
        if (ended) {
            subscriber.deliver(job);
        }
        return () -> {
            synchronized (this) {
                if (subscribers != null) {
                    subscribers.remove(subscriber);
                }
            }
        };
    }

    /** Frees who waits: the job is watched no longer. */
    void close() {
        CompletableFuture<Job> ended;
        CompletableFuture<Job> begun;
        synchronized (this) {
            closed = true;
            ended = completion;
            begun = started;
        }
        if (ended != null) {
            ended.completeExceptionally(closedException());
        }
        if (begun != null) {
            begun.completeExceptionally(closedException());
        }
    }

    private CancellationException closedException() {
        return new CancellationException("the cluster was closed; job " + id() + " goes on unwatched");
    }
}
