package io.hpc4j.core;

/**
 * Something that not every scheduler can do. What is absent from {@link Cluster#capabilities()} is refused with an
 * {@link UnsupportedOperationException} that names it, before anything is sent.
 */
public enum Capability {
    /** Arrays of jobs: {@link Cluster#submitArray}. */
    ARRAYS,
    /** At most so many tasks of an array at once: {@link ArrayRange#maxRunning()}. */
    ARRAY_CONCURRENCY_LIMIT,
    /** Start after other jobs: {@link JobRequest#dependencies()}. */
    DEPENDENCIES,
    /** Hold and release of waiting jobs. */
    HOLD,
    /** Stop and continue running jobs. */
    SUSPEND,
    /** Put a running job back into the queue. */
    REQUEUE,
    /** Order within a queue: {@link JobRequest#priority()}. */
    PRIORITY,
    /** Not before an instant: {@link JobRequest#beginAt()}. */
    BEGIN_TIME,
    /** A time limit that ends the job: {@link JobRequest#walltime()}. */
    WALLTIME,
    /** Memory is counted when jobs are placed: {@link JobRequest#memoryPerNodeBytes()}. */
    MEMORY,
    /** Jobs on several nodes: {@link JobRequest#nodes()}. */
    MULTIPLE_NODES,
    /** GPUs are counted and given: {@link JobRequest#gpusPerNode()}. */
    GPUS,
    /** Nodes for one job alone: {@link JobRequest#exclusive()}. */
    EXCLUSIVE,
    /** Accounts are charged: {@link JobRequest#account()}. */
    ACCOUNTS,
    /** Mail about a job's life: {@link JobRequest#mail()}. */
    MAIL,
    /** Environment modules are loaded: {@link JobRequest#modules()}. */
    MODULES,
    /** Jobs are run again after certain ends: {@link JobRequest#retries()}. */
    RETRY,
    /** Usage is known while the job runs. */
    LIVE_USAGE,
    /** A record of ended jobs is kept, with their usage. */
    ACCOUNTING,
    /** A job can be found by the key of its request. */
    FIND_BY_KEY,
    /** Installed programs are known: {@link Cluster#programs()}. */
    PROGRAMS
}
