package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import io.hpc4j.store.json.JobJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "jobs",
        description = "Lists jobs: those that wait or run, and the newest 20 that have ended.",
        footer = {
            "",
            "Examples:",
            "  hpc jobs",
            "  hpc jobs --live",
            "  hpc jobs --state FAILED,TIMED_OUT --all",
            "  hpc jobs --all --json | jq -r '.[] | select(.exitStatus.code == 3) | .id'"
        })
final class JobsCommand extends ClusterCommand {

    private static final int ENDED_SHOWN = 20;

    @Option(names = "--all", description = "All jobs that the scheduler remembers.")
    private boolean all;

    @Option(names = "--live", description = "Only jobs that have not ended.")
    private boolean live;

    @Option(names = "--state", split = ",", paramLabel = "STATE", description = "Only jobs in these states.")
    private Set<JobState> states = EnumSet.noneOf(JobState.class);

    @Option(names = "--name", paramLabel = "NAME", description = "Only jobs of exactly this name.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--queue", paramLabel = "QUEUE", description = "Only jobs in this queue.")
    private Optional<String> queue = Optional.empty();

    @Option(names = "--owner", paramLabel = "USER", description = "Only jobs of this user.")
    private Optional<String> owner = Optional.empty();

    @Option(names = "--label", paramLabel = "K=V", description = "Only jobs with this label.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, the newest.")
    private Optional<Integer> limit = Optional.empty();

    @Option(names = "--json", description = "Print an array of JSON.")
    private boolean json;

    JobsCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) {
        List<Job> jobs = select(cluster);
        if (json) {
            session.print(JobJson.toJson(jobs));
        } else if (jobs.isEmpty()) {
            session.tell("no jobs; submit one with: hpc submit hostname");
        } else {
            session.print(new JobTable(session.paint(), session.around().clock()).overview(jobs));
        }
        return ExitCodes.OK;
    }

    private List<Job> select(Cluster cluster) {
        Set<JobState> wanted = states.isEmpty() ? EnumSet.allOf(JobState.class) : EnumSet.copyOf(states);
        if (live) {
            wanted.removeIf(JobState::isEnded);
        }
        JobQuery query = new JobQuery(states.isEmpty() && !live ? Set.of() : wanted, owner, queue, name, labels, 0);
        if (all || live || limit.isPresent() || !states.isEmpty()) {
            return cluster.list(query.withLimit(limit.orElse(0)));
        }
        Set<JobState> ended = EnumSet.noneOf(JobState.class);
        wanted.stream().filter(JobState::isEnded).forEach(ended::add);
        wanted.removeAll(ended);
        List<Job> jobs = new ArrayList<>(cluster.list(query.withStates(ended).withLimit(ENDED_SHOWN)));
        jobs.addAll(cluster.list(query.withStates(wanted)));
        jobs.sort(Comparator.comparing(Job::id));
        return jobs;
    }
}
