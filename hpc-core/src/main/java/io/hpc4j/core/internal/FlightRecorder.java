package io.hpc4j.core.internal;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.recording.KnownNames;
import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.recording.RecordingFormat;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest calls of one cluster's scheduler: each command, with the call of the backend that ran it, and each
 * call of a backend that ran none. It costs one entry per command, however many jobs that is about. May be shared
 * between threads.
 */
public final class FlightRecorder {

    private static final Logger log = LoggerFactory.getLogger(FlightRecorder.class);
    private static final int MOST_CALLS = 2000;
    private static final long MOST_BYTES = 16L << 20;
    private static final long MOST_FILE_BYTES = 4L << 20;

    private final ClusterUri cluster;
    private final Clock clock;
    private final CallBudget budget;
    private final CallMetrics metrics;
    private final Optional<RecordingFile> file;
    private final String session =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final AtomicLong numbers = new AtomicLong();
    private final Ring ring = new Ring(MOST_CALLS, MOST_BYTES);
    private final Vocabulary vocabulary = new Vocabulary();
    private final ThreadLocal<Operation> current = ThreadLocal.withInitial(() -> Operation.NONE);

    /**
     * Has recorded nothing yet.
     *
     * @param file where to keep the recording beyond the end of this process; nowhere if empty
     */
    public FlightRecorder(ClusterUri cluster, Clock clock, CallBudget budget, Samples samples, Optional<Path> file) {
        this.cluster = cluster;
        this.clock = clock;
        this.budget = budget;
        this.metrics = new CallMetrics(samples);
        this.file = file.map(f -> new RecordingFile(f, MOST_FILE_BYTES));
    }

    /** The same transport, recorded, its commands counted. */
    public Transport around(Transport transport) {
        return new RecordedTransport(transport, this, budget);
    }

    /** The same backend, recorded. */
    public SchedulerBackend around(SchedulerBackend backend) {
        return RecordedBackend.around(backend, this);
    }

    /** What was recorded so far. */
    public Recording recording() {
        return Recording.of(ring.calls(), vocabulary.names(), ring.forgotten());
    }

    ClusterUri cluster() {
        return cluster;
    }

    /** What this thread is asking the backend now. */
    Operation operation() {
        return current.get();
    }

    /** Says what this thread is asking from now on; returns what it asked before. */
    Operation enter(Operation operation) {
        Operation before = current.get();
        current.set(operation);
        return before;
    }

    void leave(Operation before) {
        if (before.equals(Operation.NONE)) {
            current.remove();
        } else {
            current.set(before);
        }
    }

    /** Records something. Whatever goes wrong with that is no reason to lose the answer of a scheduler. */
    static void safely(Runnable recording) {
        try {
            recording.run();
        } catch (RuntimeException | StackOverflowError e) {
            log.warn("a call could not be recorded", e);
        }
    }

    RecordedCall.Origin begin(String operation) {
        return new RecordedCall.Origin(session, numbers.incrementAndGet(), clock.instant(), operation);
    }

    /** A command has ended. What it means is not known yet. */
    void ended(Operation operation, RecordedCall.Command command) {
        operation.add(ring.add(command));
        metrics.ended(command);
        file.ifPresent(f -> f.append(RecordingFormat.checkedLine(command)));
    }

    /** A call of the backend has ended: that is what its commands mean, or itself an entry if there were none. */
    void concluded(Operation operation, RecordedCall.Origin origin, Duration took, String subject, String conclusion) {
        if (operation.commands().isEmpty()) {
            RecordedCall call = new RecordedCall.Operation(origin, took, conclusion, subject);
            ring.add(call);
            file.ifPresent(f -> f.append(RecordingFormat.checkedLine(call)));
            return;
        }
        for (Ring.Entry entry : operation.commands()) {
            RecordedCall call = ring.conclude(entry, conclusion);
            file.ifPresent(f -> f.append(RecordingFormat.conclusionLine(call.origin(), conclusion)));
        }
    }

    /** Learns the names in an answer. */
    void learn(@Nullable Object answer) {
        KnownNames fresh = vocabulary.learn(answer);
        if (!fresh.isEmpty()) {
            file.ifPresent(f -> f.append(RecordingFormat.namesLine(fresh)));
        }
    }
}
