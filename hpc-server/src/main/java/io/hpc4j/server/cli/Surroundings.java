package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Finding;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * What a command has around it; tests bring their own.
 *
 * @param env the environment
 * @param workingDirectory where the command was started, absolute
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param outIsTerminal whether standard output is a terminal
 * @param clock the time, and the zone in which to show it
 * @param opener connects to a cluster
 */
record Surroundings(
        Map<String, String> env,
        Path workingDirectory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        Clock clock,
        Opener opener) {

    /** Connects to a cluster by its address. */
    @FunctionalInterface
    interface Opener {

        Cluster open(String uri, Map<String, String> env);

        /** What is found of a cluster without connecting; see {@link Cluster.Builder#findings()}. */
        default List<Finding> findings(String uri, Map<String, String> env) {
            return Cluster.builder(uri).findings();
        }
    }
}
