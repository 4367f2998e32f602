package io.hpc4j.core.spi;

import io.hpc4j.core.Job;
import java.util.Collection;

/** Takes what a backend hears of jobs without being asked. Its methods return at once and may be called by any thread. */
public interface JobReports {

    /** Goes nowhere: for a backend that is used without a watcher. */
    JobReports NONE = new JobReports() {
        @Override
        public void report(Collection<Job> jobs) {}

        @Override
        public void wake() {}
    };

    /** Tells the newest snapshots of jobs; those that nobody watches are ignored. For one job, call in order. */
    void report(Collection<Job> jobs);

    /** Says that something has changed, so that the watcher asks now rather than at its next tick. */
    void wake();
}
