package io.hpc4j.core;

/** Where a job is in its life. Every scheduler's own words are mapped to these; the raw word stays in the {@link Job}. */
public enum JobState {
    /** Sent, and not yet seen in the scheduler's list. */
    SUBMITTED,
    /** Waiting for its turn. */
    PENDING,
    /** Waiting until someone releases it. */
    HELD,
    /** Its nodes are being prepared. */
    STARTING,
    /** Its processes run. */
    RUNNING,
    /** Its processes are stopped and keep their memory. */
    SUSPENDED,
    /** Its processes have ended, its nodes are being cleaned. */
    COMPLETING,
    /** Ended with exit code 0. */
    COMPLETED,
    /** Ended with another exit code, by a signal of its own, or without having been able to start. */
    FAILED,
    /** Ended because someone asked for it. */
    CANCELLED,
    /** Ended by the scheduler at its walltime or at a deadline. */
    TIMED_OUT,
    /** Ended for using more memory than it had. */
    OUT_OF_MEMORY,
    /** Ended because its node failed. */
    NODE_FAILED,
    /** Ended to make room for another job, and not queued again. */
    PREEMPTED,
    /** Gone without a trace for longer than the grace period; may still turn into the true end. */
    LOST,
    /** A word that this version does not know; {@link Job#rawState()} has it. Counts as live. */
    UNKNOWN;

    /** Whether the job has ended. */
    public boolean isEnded() {
        return switch (this) {
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT, OUT_OF_MEMORY, NODE_FAILED, PREEMPTED, LOST -> true;
            default -> false;
        };
    }

    /** Whether the job waits for its first or next start. */
    public boolean isWaiting() {
        return this == SUBMITTED || this == PENDING || this == HELD;
    }

    /** Whether the job has been started, now or before it ended. */
    boolean isStarted() {
        return !isWaiting() && this != STARTING && this != UNKNOWN && this != LOST;
    }
}
