package io.hpc4j.core;

/**
 * A condition on another job that must hold before a job may start. One that can no longer hold keeps the job waiting
 * with a reason that says so, or ends it, as the scheduler does.
 *
 * @param type which event of the other job
 * @param job the other job, known to the same cluster
 */
public record Dependency(Type type, JobId job) {

    /** Which event of another job a job waits for. */
    public enum Type {
        /** Its end with exit code 0. */
        AFTER_OK,
        /** Its end, whatever it is. */
        AFTER_ANY,
        /** An end that is not success. */
        AFTER_NOT_OK,
        /** Its start. */
        AFTER_START
    }
}
