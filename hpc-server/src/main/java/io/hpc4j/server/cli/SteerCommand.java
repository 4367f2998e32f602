package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A subcommand that does one thing to jobs. */
abstract class SteerCommand extends ClusterCommand {

    /** What is done to the jobs, in one call. */
    @FunctionalInterface
    interface Verb {

        void apply(Cluster cluster, Collection<JobId> ids);
    }

    @Parameters(arity = "0..*", paramLabel = "ID", description = "Jobs or arrays.")
    private List<String> ids = new ArrayList<>();

    private final Verb verb;

    SteerCommand(Session session, Verb verb) {
        super(session);
        this.verb = verb;
    }

    /** Whether jobs are chosen in another way. */
    boolean isAll() {
        return false;
    }

    @Override
    void check() {
        if (ids.isEmpty() != isAll()) {
            throw new IllegalArgumentException(
                    ids.isEmpty() ? "name the jobs by their ids" : "--all is all; name no ids");
        }
    }

    @Override
    int run(Cluster cluster) {
        List<Job> jobs = isAll() ? cluster.list(JobQuery.live()) : JobSelection.find(cluster, ids);
        verb.apply(
                cluster,
                jobs.stream()
                        .filter(j -> !j.state().isEnded() || ids.contains(j.id().nativeId()))
                        .map(Job::id)
                        .toList());
        return ExitCodes.OK;
    }

    @Command(
            name = "cancel",
            description = "Ends jobs, running or not. One that has ended already is no error.",
            footer = {"", "Examples:", "  hpc cancel 12 13", "  hpc cancel --all"})
    static final class Cancel extends SteerCommand {

        @Option(names = "--all", description = "All jobs of this cluster that have not ended.")
        private boolean all;

        Cancel(Session session) {
            super(session, Cluster::cancel);
        }

        @Override
        boolean isAll() {
            return all;
        }
    }

    @Command(
            name = "hold",
            description = "Keeps waiting jobs from starting.",
            footer = {"", "Examples:", "  hpc hold 12", "  hpc submit --hold ./solver"})
    static final class Hold extends SteerCommand {

        Hold(Session session) {
            super(session, Cluster::hold);
        }
    }

    @Command(
            name = "release",
            description = "Lets held jobs start again.",
            footer = {"", "Examples:", "  hpc release 12"})
    static final class Release extends SteerCommand {

        Release(Session session) {
            super(session, Cluster::release);
        }
    }

    @Command(
            name = "suspend",
            description = "Stops the processes of running jobs, which keep their memory.",
            footer = {"", "Examples:", "  hpc suspend 12"})
    static final class Suspend extends SteerCommand {

        Suspend(Session session) {
            super(session, Cluster::suspend);
        }
    }

    @Command(
            name = "resume",
            description = "Lets the processes of suspended jobs go on.",
            footer = {"", "Examples:", "  hpc resume 12"})
    static final class Resume extends SteerCommand {

        Resume(Session session) {
            super(session, Cluster::resume);
        }
    }

    @Command(
            name = "requeue",
            description = "Ends running jobs and puts them back into the queue.",
            footer = {"", "Examples:", "  hpc requeue 12"})
    static final class Requeue extends SteerCommand {

        Requeue(Session session) {
            super(session, Cluster::requeue);
        }
    }
}
