package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.store.json.JobJson;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows all that is known of jobs.",
        footer = {"", "Examples:", "  hpc show 12", "  hpc show 12 --json | jq .usage.peakMemoryBytes"})
final class ShowCommand extends ClusterCommand {

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Jobs or arrays.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--json", description = "Print an object of JSON per job, each on a line.")
    private boolean json;

    ShowCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) {
        String gap = "";
        for (Job job : JobSelection.find(cluster, ids)) {
            if (json) {
                session.print(JobJson.toJson(job).toString());
            } else {
                session.around().out().print(gap);
                show(job);
                gap = System.lineSeparator();
            }
        }
        return ExitCodes.OK;
    }

    private void show(Job job) {
        JobTable table = new JobTable(session.paint(), session.around().clock());
        field("job", Optional.of(job.id()));
        field("name", job.name());
        field(
                "state",
                Optional.of(session.paint().of(job.state()).apply(job.state().name())));
        if (!job.rawState().equals(job.state().name())) {
            field("raw state", Optional.of(job.rawState()));
        }
        field("reason", job.reason());
        field("exit", job.exitStatus());
        field("attempt", Optional.of(job.attempt()).filter(a -> a > 1));
        field("owner", job.owner());
        field("queue", job.queue());
        field("account", job.account());
        field("array", job.arrayId());
        field("slots", Optional.of(job.slots()).filter(s -> s > 0));
        field("nodes", Optional.of(String.join(",", job.nodes())));
        field("submitted", job.submittedAt().map(this::time));
        field("started", job.startedAt().map(this::time));
        field("ended", job.endedAt().map(this::time));
        field("elapsed", Optional.of(table.elapsed(job)));
        field("walltime", job.walltime().map(Quantities::show));
        usage(job);
        field("directory", job.workingDirectory());
        field("stdout", job.stdout());
        field("stderr", job.stderr());
        field("key", job.key());
        job.labels().forEach((k, v) -> field("label", Optional.of(k + "=" + v)));
    }

    private void usage(Job job) {
        field("cpu time", job.usage().cpuTime().map(this::precise));
        field("memory", Optional.of(JobTable.size(job.usage().memoryBytes())));
        field("peak memory", Optional.of(JobTable.size(job.usage().peakMemoryBytes())));
        field("read", Optional.of(JobTable.size(job.usage().readBytes())));
        field("written", Optional.of(JobTable.size(job.usage().writtenBytes())));
        field("I/O wait", job.usage().ioWait().map(this::precise));
        field("GPU time", job.usage().gpuTime().map(this::precise));
    }

    private void field(String name, Optional<?> value) {
        value.map(Object::toString)
                .filter(v -> !v.isEmpty())
                .ifPresent(v ->
                        session.print(session.paint().dim().apply((name + " ".repeat(12)).substring(0, 12)) + " " + v));
    }

    private String precise(Duration time) {
        return time.toMillis() / 1000.0 + "s";
    }

    private String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS)
                .atZone(session.around().clock().getZone())
                .toOffsetDateTime()
                .toString();
    }
}
