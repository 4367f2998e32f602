package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import java.util.concurrent.Callable;

/** A subcommand that needs a cluster. */
abstract class ClusterCommand implements Callable<Integer> {

    final Session session;

    ClusterCommand(Session session) {
        this.session = session;
    }

    @Override
    public final Integer call() throws Exception {
        check();
        try (Cluster cluster = session.open()) {
            return run(cluster);
        }
    }

    /** Refuses options that contradict each other, before anything is opened. */
    void check() {}

    /** Does the work; returns the exit code. */
    abstract int run(Cluster cluster) throws Exception;
}
