package io.hpc4j.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One job at one instant, as its scheduler tells it. What the scheduler does not tell is absent. */
public final class Job {

    private final JobId id;
    private final JobState state;
    private final String rawState;
    private final @Nullable String name;
    private final @Nullable String owner;
    private final @Nullable String queue;
    private final @Nullable String account;
    private final @Nullable String key;
    private final @Nullable JobId arrayId;
    private final @Nullable String reason;
    private final @Nullable ExitStatus exitStatus;
    private final @Nullable Instant submittedAt;
    private final @Nullable Instant startedAt;
    private final @Nullable Instant endedAt;
    private final @Nullable Duration walltime;
    private final @Nullable String workingDirectory;
    private final @Nullable String stdout;
    private final @Nullable String stderr;
    private final int arrayIndex;
    private final int attempt;
    private final int slots;
    private final List<String> nodes;
    private final Map<String, String> labels;
    private final ResourceUsage usage;

    private Job(Builder b) {
        id = b.id;
        state = b.state;
        rawState = b.rawState;
        name = b.name;
        owner = b.owner;
        queue = b.queue;
        account = b.account;
        key = b.key;
        arrayId = b.arrayId;
        reason = b.reason;
        exitStatus = b.exitStatus;
        submittedAt = b.submittedAt;
        startedAt = b.startedAt;
        endedAt = b.endedAt;
        walltime = b.walltime;
        workingDirectory = b.workingDirectory;
        stdout = b.stdout;
        stderr = b.stderr;
        arrayIndex = b.arrayIndex;
        attempt = b.attempt;
        slots = b.slots;
        nodes = b.nodes;
        labels = b.labels;
        usage = b.usage;
    }

    /** Begins a snapshot; the raw state is the state's name unless set. */
    public static Builder builder(JobId id, JobState state) {
        return new Builder(id, state);
    }

    /** A builder that begins with everything this snapshot has. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The job's id. */
    public JobId id() {
        return id;
    }

    /** Where the job is in its life. */
    public JobState state() {
        return state;
    }

    /** The scheduler's own word for the state. */
    public String rawState() {
        return rawState;
    }

    /** Whether the job ended with success. */
    public boolean isSuccess() {
        return state == JobState.COMPLETED;
    }

    /**
     * Whether it has ended and that will not change any more. A {@link JobState#LOST} job may still turn into its true end
     * until it is given up; then it has a {@linkplain #endedAt time of its end}.
     */
    public boolean isFinal() {
        return state.isEnded() && (state != JobState.LOST || endedAt != null);
    }

    /** The job's name. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The user whose job it is. */
    public Optional<String> owner() {
        return Optional.ofNullable(owner);
    }

    /** Where the job waits or waited. */
    public Optional<String> queue() {
        return Optional.ofNullable(queue);
    }

    /** Who is charged. */
    public Optional<String> account() {
        return Optional.ofNullable(account);
    }

    /** The key of the request, if the scheduler keeps it. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** The array that this job is a task of. */
    public Optional<JobId> arrayId() {
        return Optional.ofNullable(arrayId);
    }

    /** Why the job waits, or why it ended, in the scheduler's own words. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** How the job's process ended; absent while it lives and where it never ran. */
    public Optional<ExitStatus> exitStatus() {
        return Optional.ofNullable(exitStatus);
    }

    /** When the scheduler took the job. */
    public Optional<Instant> submittedAt() {
        return Optional.ofNullable(submittedAt);
    }

    /** When the last attempt started. */
    public Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    /** When the job ended; for a lost one, when it was given up. */
    public Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }

    /** The limit of its running time. */
    public Optional<Duration> walltime() {
        return Optional.ofNullable(walltime);
    }

    /** Where the job runs, an absolute path on the cluster. */
    public Optional<String> workingDirectory() {
        return Optional.ofNullable(workingDirectory);
    }

    /** The file with its standard output, an absolute path on the cluster. */
    public Optional<String> stdout() {
        return Optional.ofNullable(stdout);
    }

    /** The file with its standard error, an absolute path on the cluster. */
    public Optional<String> stderr() {
        return Optional.ofNullable(stderr);
    }

    /** The index of this task in its array. */
    public OptionalInt arrayIndex() {
        return arrayIndex < 0 ? OptionalInt.empty() : OptionalInt.of(arrayIndex);
    }

    /** The number of the current or last attempt, from 1. */
    public int attempt() {
        return attempt;
    }

    /** The number of slots asked for or given; 0 if unknown. */
    public int slots() {
        return slots;
    }

    /** The names of the nodes that the job was given, the first one first; empty before its start. */
    public List<String> nodes() {
        return nodes;
    }

    /** The labels of the request, if the backend or the store keeps them. */
    public Map<String, String> labels() {
        return labels;
    }

    /** What it has used so far, or in all when it has ended. */
    public ResourceUsage usage() {
        return usage;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Job j && parts().equals(j.parts());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** One line: id, name, state, and how it ended. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("Job ").append(id);
        if (name != null) {
            out.append(" '").append(name).append('\'');
        }
        out.append(' ').append(state);
        if (state == JobState.UNKNOWN) {
            out.append(" (").append(rawState).append(')');
        }
        if (exitStatus != null && !exitStatus.isSuccess()) {
            out.append(", ").append(exitStatus);
        }
        if (reason != null) {
            out.append(": ").append(reason);
        }
        return out.toString();
    }

    private List<Object> parts() {
        return List.of(
                id,
                state,
                rawState,
                name(),
                owner(),
                queue(),
                account(),
                key(),
                arrayId(),
                reason(),
                exitStatus(),
                submittedAt(),
                startedAt(),
                endedAt(),
                walltime(),
                workingDirectory(),
                stdout(),
                stderr(),
                arrayIndex,
                attempt,
                slots,
                nodes,
                labels,
                usage);
    }

    /** Collects a snapshot. For one thread. */
    public static final class Builder {

        private final JobId id;
        private JobState state;
        private String rawState;
        private @Nullable String name;
        private @Nullable String owner;
        private @Nullable String queue;
        private @Nullable String account;
        private @Nullable String key;
        private @Nullable JobId arrayId;
        private @Nullable String reason;
        private @Nullable ExitStatus exitStatus;
        private @Nullable Instant submittedAt;
        private @Nullable Instant startedAt;
        private @Nullable Instant endedAt;
        private @Nullable Duration walltime;
        private @Nullable String workingDirectory;
        private @Nullable String stdout;
        private @Nullable String stderr;
        private int arrayIndex = -1;
        private int attempt = 1;
        private int slots;
        private List<String> nodes = List.of();
        private Map<String, String> labels = Map.of();
        private ResourceUsage usage = ResourceUsage.NONE;

        private Builder(JobId id, JobState state) {
            this.id = id;
            this.state = state;
            this.rawState = state.name();
        }

        private Builder(Job job) {
            id = job.id;
            state = job.state;
            rawState = job.rawState;
            name = job.name;
            owner = job.owner;
            queue = job.queue;
            account = job.account;
            key = job.key;
            arrayId = job.arrayId;
            reason = job.reason;
            exitStatus = job.exitStatus;
            submittedAt = job.submittedAt;
            startedAt = job.startedAt;
            endedAt = job.endedAt;
            walltime = job.walltime;
            workingDirectory = job.workingDirectory;
            stdout = job.stdout;
            stderr = job.stderr;
            arrayIndex = job.arrayIndex;
            attempt = job.attempt;
            slots = job.slots;
            nodes = job.nodes;
            labels = job.labels;
            usage = job.usage;
        }

        /** Changes the state, and the raw state to its name. */
        public Builder state(JobState state) {
            this.state = state;
            this.rawState = state.name();
            return this;
        }

        /** Keeps the scheduler's own word for the state. */
        public Builder rawState(String word) {
            this.rawState = word;
            return this;
        }

        /** The job's name. */
        public Builder name(@Nullable String value) {
            this.name = value;
            return this;
        }

        /** The user whose job it is. */
        public Builder owner(@Nullable String value) {
            this.owner = value;
            return this;
        }

        /** Where the job waits or waited. */
        public Builder queue(@Nullable String value) {
            this.queue = value;
            return this;
        }

        /** Who is charged. */
        public Builder account(@Nullable String value) {
            this.account = value;
            return this;
        }

        /** The key of the request, if the scheduler keeps it. */
        public Builder key(@Nullable String value) {
            this.key = value;
            return this;
        }

        /** The array that this job is a task of. */
        public Builder arrayId(@Nullable JobId value) {
            this.arrayId = value;
            return this;
        }

        /** Why the job waits, or why it ended, in the scheduler's own words. */
        public Builder reason(@Nullable String value) {
            this.reason = value;
            return this;
        }

        /** How the job's process ended; absent while it lives and where it never ran. */
        public Builder exitStatus(@Nullable ExitStatus value) {
            this.exitStatus = value;
            return this;
        }

        /** When the scheduler took the job. */
        public Builder submittedAt(@Nullable Instant value) {
            this.submittedAt = value;
            return this;
        }

        /** When the last attempt started. */
        public Builder startedAt(@Nullable Instant value) {
            this.startedAt = value;
            return this;
        }

        /** When the job ended; for a lost one, when it was given up. */
        public Builder endedAt(@Nullable Instant value) {
            this.endedAt = value;
            return this;
        }

        /** The limit of its running time. */
        public Builder walltime(@Nullable Duration value) {
            this.walltime = value;
            return this;
        }

        /** Where the job runs, an absolute path on the cluster. */
        public Builder workingDirectory(@Nullable String value) {
            this.workingDirectory = value;
            return this;
        }

        /** The file with its standard output, an absolute path on the cluster. */
        public Builder stdout(@Nullable String value) {
            this.stdout = value;
            return this;
        }

        /** The file with its standard error, an absolute path on the cluster. */
        public Builder stderr(@Nullable String value) {
            this.stderr = value;
            return this;
        }

        /** The index of this task in its array, 0 or more. */
        public Builder arrayIndex(int index) {
            this.arrayIndex = index;
            return this;
        }

        /** The number of the attempt, from 1. */
        public Builder attempt(int attempt) {
            this.attempt = attempt;
            return this;
        }

        /** The number of slots. */
        public Builder slots(int slots) {
            this.slots = slots;
            return this;
        }

        /** The nodes given, the first one first. */
        public Builder nodes(List<String> nodes) {
            this.nodes = List.copyOf(nodes);
            return this;
        }

        /** The labels of the request. */
        public Builder labels(Map<String, String> labels) {
            this.labels = Map.copyOf(labels);
            return this;
        }

        /** What it has used. */
        public Builder usage(ResourceUsage usage) {
            this.usage = usage;
            return this;
        }

        /** Makes the snapshot. */
        public Job build() {
            return new Job(this);
        }
    }
}
