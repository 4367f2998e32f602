package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.store.json.JobJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "wait",
        description = {
            "Waits until jobs have ended, and tells each as it ends.",
            "Exit code 0 if all completed, 1 if one did not, 124 if the time limit passed; the jobs then go on."
        },
        footer = {
            "",
            "Examples:",
            "  hpc wait 12 13",
            "  hpc wait $(hpc submit ./solver) && ./plot",
            "  hpc wait 12 --timeout 10m"
        })
final class WaitCommand extends ClusterCommand {

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Jobs or arrays.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--timeout", paramLabel = "TIME", description = "Wait no longer than this: 30s, 10m, 2h.")
    private Optional<Duration> timeout = Optional.empty();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing.")
    private boolean quiet;

    @Option(names = "--json", description = "Print an object of JSON per job, each on a line.")
    private boolean json;

    WaitCommand(Session session) {
        super(session);
    }

    @Override
    int run(Cluster cluster) throws Exception {
        List<JobHandle> handles = JobSelection.find(cluster, ids).stream()
                .map(job -> cluster.attach(job.id()))
                .toList();
        return Waiting.exitCode(Waiting.forAll(handles, timeout, this::tell));
    }

    private void tell(Job job) {
        if (quiet) {
            return;
        }
        session.print(
                json
                        ? JobJson.toJson(job).toString()
                        : new JobTable(session.paint(), session.around().clock()).line(job));
        session.around().out().flush();
    }
}
