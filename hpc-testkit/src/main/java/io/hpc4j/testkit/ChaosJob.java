package io.hpc4j.testkit;

import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A job of a story: what it was to do, and what has to become of it. */
final class ChaosJob {

    private final String name;
    private final int code;
    private final JobRequest request;
    private @Nullable JobId id;
    private @Nullable ChaosJob condition;
    private boolean cancelled;

    ChaosJob(String name, int code, JobRequest request) {
        this.name = name;
        this.code = code;
        this.request = request;
    }

    JobRequest request() {
        return request;
    }

    String name() {
        return name;
    }

    Optional<JobId> id() {
        return Optional.ofNullable(id);
    }

    void became(JobId job) {
        id = job;
    }

    void runsOnlyAfterSuccessOf(ChaosJob other) {
        condition = other;
    }

    void isCancelled() {
        cancelled = true;
    }

    /** Whether nothing but its own exit code decides how it ends. */
    boolean runsToItsEnd() {
        return !cancelled && !neverRuns();
    }

    boolean neverRuns() {
        return condition != null && condition.code != 0;
    }

    int code() {
        return code;
    }

    @Override
    public String toString() {
        return name;
    }
}
